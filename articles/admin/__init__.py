from articles.admin import article, dashboard, heads, image, partners, stream, strips, taxonomy

__all__ = ["article", "dashboard", "heads", "image", "partners", "stream", "strips", "taxonomy"]
