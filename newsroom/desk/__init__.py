"""The desk: Django's own admin, in the house's clothes, scoped to one publication at a time."""
