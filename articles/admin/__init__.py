from articles.admin import article, dashboard, image, partners, pins, stream, strips, taxonomy

__all__ = ["article", "dashboard", "image", "partners", "pins", "stream", "strips", "taxonomy"]
