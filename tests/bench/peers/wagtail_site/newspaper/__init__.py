"""A news site in Wagtail: sections, articles, bylines, tags, comments."""
