from newsroom.comparator.admin import matching, merchants, products

__all__ = ["matching", "merchants", "products"]
