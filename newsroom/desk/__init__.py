"""The desk: Django's own admin with our templates, scoped to one publication at a time."""
