"""The models of articles: one module for each, all importable from here."""

from articles.models.address import Address
from articles.models.article import Article, Byline, Placement
from articles.models.author import Author
from articles.models.autosave import Autosave
from articles.models.card_strip import CardStrip
from articles.models.edition import Edition
from articles.models.event import Event
from articles.models.expunging import Expunging
from articles.models.image import Image
from articles.models.immutable import Immutable
from articles.models.imported_item import ImportedItem
from articles.models.note import Note
from articles.models.partner import PartnerFeed, PartnerItem
from articles.models.pin import FrontPageSlot, Pin
from articles.models.preview_link import PreviewLink
from articles.models.ranked_article import RankedArticle
from articles.models.revision import Revision
from articles.models.revision_image import RevisionImage
from articles.models.section import Section
from articles.models.sitemap_block import SitemapBlock
from articles.models.stream_source import StreamSource
from articles.models.tag import Tag, TaggedArticle
from articles.models.unnamed_image import UnnamedImage

__all__ = [
    "Address",
    "Article",
    "Author",
    "Autosave",
    "Byline",
    "CardStrip",
    "Edition",
    "Event",
    "Expunging",
    "FrontPageSlot",
    "Image",
    "Immutable",
    "ImportedItem",
    "Note",
    "PartnerFeed",
    "PartnerItem",
    "Pin",
    "Placement",
    "PreviewLink",
    "RankedArticle",
    "Revision",
    "RevisionImage",
    "Section",
    "SitemapBlock",
    "StreamSource",
    "Tag",
    "TaggedArticle",
    "UnnamedImage",
]
