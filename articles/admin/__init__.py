from articles.admin import article, dashboard, heads, image, stream, taxonomy

__all__ = ["article", "dashboard", "heads", "image", "stream", "taxonomy"]
