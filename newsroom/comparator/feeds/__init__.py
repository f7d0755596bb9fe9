"""Reading merchants' feeds: files → offers, as a stream. Knows no model."""
