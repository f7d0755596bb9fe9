from newsroom.comparator.models.merchant import Merchant, MerchantFeed
from newsroom.comparator.models.offer import Offer, OfferClicks
from newsroom.comparator.models.price import PriceAlert, PricePoint
from newsroom.comparator.models.product import Product, ProductWord

__all__ = ["Merchant", "MerchantFeed", "Offer", "OfferClicks", "PriceAlert", "PricePoint", "Product", "ProductWord"]
