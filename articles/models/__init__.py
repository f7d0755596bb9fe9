from articles.models.address import Address
from articles.models.article import Article, Byline, Placement
from articles.models.author import Author
from articles.models.event import Event
from articles.models.expunging import Expunging
from articles.models.image import Image
from articles.models.immutable import Immutable
from articles.models.imported import ImportedItem
from articles.models.revision import Change, Revision
from articles.models.section import Section
from articles.models.tag import Tag, TaggedArticle

__all__ = [
    "Address",
    "Article",
    "Author",
    "Byline",
    "Change",
    "Event",
    "Expunging",
    "Image",
    "Immutable",
    "ImportedItem",
    "Placement",
    "Revision",
    "Section",
    "Tag",
    "TaggedArticle",
]
