from articles.models.address import Address
from articles.models.article import Article, Byline, Placement
from articles.models.author import Author
from articles.models.block import Block, Pick
from articles.models.edition import Edition
from articles.models.event import Event
from articles.models.expunging import Expunging
from articles.models.image import Image
from articles.models.immutable import Immutable
from articles.models.imported import ImportedItem
from articles.models.note import Note
from articles.models.partner import PartnerFeed, PartnerItem
from articles.models.preview import PreviewLink
from articles.models.revision import Revision
from articles.models.section import Section
from articles.models.strip import Strip
from articles.models.tag import Tag, TaggedArticle
from articles.models.taken import Taken

__all__ = [
    "Address",
    "Article",
    "Author",
    "Block",
    "Byline",
    "Edition",
    "Event",
    "Expunging",
    "Image",
    "Immutable",
    "ImportedItem",
    "Note",
    "PartnerFeed",
    "PartnerItem",
    "Pick",
    "Placement",
    "PreviewLink",
    "Revision",
    "Section",
    "Strip",
    "Tag",
    "TaggedArticle",
    "Taken",
]
