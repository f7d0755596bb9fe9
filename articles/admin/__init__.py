from articles.admin import article, dashboard, heads, image, stream, strips, taxonomy

__all__ = ["article", "dashboard", "heads", "image", "stream", "strips", "taxonomy"]
