"""What an export holds, as dataclasses."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Site:
    """The site that was exported. ``language`` is as written there ("fr-FR"), perhaps empty."""

    title: str
    base_url: str
    wxr_version: str
    language: str


@dataclass(frozen=True)
class WxrAuthor:
    login: str
    email: str
    display_name: str
    id: int | None


@dataclass(frozen=True)
class Category:
    """A category; ``parent`` is its parent's slug, and empty where an item names its categories."""

    slug: str
    name: str
    parent: str = ""


@dataclass(frozen=True)
class TagTerm:
    """A tag."""

    slug: str
    name: str


@dataclass(frozen=True)
class Term:
    """A term of any other taxonomy, such as a menu or a post format."""

    taxonomy: str
    slug: str
    name: str


@dataclass(frozen=True)
class Comment:
    """A comment. ``approved`` is "1", "0", "spam", "trash"… and ``type`` "comment", "pingback"…"""

    id: int | None
    author: str
    author_email: str
    author_url: str
    author_ip: str
    published: datetime | None
    content: str
    approved: str
    type: str
    parent_id: int
    user_id: int
    meta: dict[str, str]


@dataclass(frozen=True)
class Item:
    """A post, page, attachment or anything else that WordPress keeps as a post.

    Values are as found: ``post_id`` may be absent or taken twice, ``creator`` may name nobody.
    ``position`` counts the file's items from 0 and ``published`` is in UTC.
    """

    position: int
    post_id: int | None
    post_type: str
    status: str
    title: str
    slug: str
    link: str
    guid: str
    creator: str
    published: datetime | None
    body: str
    excerpt: str
    categories: tuple[Category, ...]
    tags: tuple[TagTerm, ...]
    terms: tuple[Term, ...]
    parent_id: int
    menu_order: int
    sticky: bool
    password: str
    comment_status: str
    attachment_url: str
    meta: dict[str, str]
    comments: tuple[Comment, ...]
    old_slugs: tuple[str, ...] = ()  # those that WordPress remembers to redirect from
    old_dates: tuple[str, ...] = ()  # the same, "2014-02-01"


Record = Site | WxrAuthor | Category | TagTerm | Term | Item
