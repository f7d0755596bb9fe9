from articles.admin import article, dashboard, heads, image, taxonomy

__all__ = ["article", "dashboard", "heads", "image", "taxonomy"]
