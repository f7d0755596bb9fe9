"""What readers' pages are made from. Modules that write no row: actions do that."""
