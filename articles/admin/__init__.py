from articles.admin import article, dashboard, image, taxonomy

__all__ = ["article", "dashboard", "image", "taxonomy"]
