"""What readers' pages are made from. Modules that read and never write: actions do that."""
