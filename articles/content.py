"""The content of an article, apart from its history: the value that forms and importers pass to actions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Self

from articles.models import Author, Image, Revision, Section, Tag
from articles.presentation.body import images_in
from articles.workflow import Kind
from newsroom.lib import html
from newsroom.lib.cleaning import clean_line
from newsroom.lib.text import count_words, one_line, reading_minutes, slugify
from newsroom.lib.typography import typeset, typeset_html


@dataclass(frozen=True)
class Content:
    """The words, images, section, tags and bylines of one revision of an article."""

    headline: str
    kind: str = Kind.NEWS
    kicker: str = ""
    standfirst: str = ""
    body: str = ""
    section: Section | None = None
    lead_image: Image | None = None
    slug: str = ""
    authors: tuple[Author, ...] = ()
    tags: tuple[Tag, ...] = ()
    sponsor: str = ""
    sponsor_url: str = ""
    seo_title: str = ""
    seo_description: str = ""
    canonical_url: str = ""
    noindex: bool = False

    @classmethod
    def of(cls, revision: Revision) -> Self:
        """Return the content of a revision, tags resolved through merges. Up to four queries."""
        authors = Author.objects.in_bulk(revision.author_ids)
        return cls(
            headline=revision.headline,
            kind=revision.kind,
            kicker=revision.kicker,
            standfirst=revision.standfirst,
            body=revision.body,
            section=revision.section,
            lead_image=revision.lead_image,
            slug=revision.slug,
            authors=tuple(authors[pk] for pk in revision.author_ids if pk in authors),
            tags=tuple(Tag.resolve(revision.tag_ids)),
            sponsor=revision.sponsor,
            sponsor_url=revision.sponsor_url,
            seo_title=revision.seo_title,
            seo_description=revision.seo_description,
            canonical_url=revision.canonical_url,
            noindex=revision.noindex,
        )

    def prepared(self, language: str, names: Sequence[str] = ()) -> Self:
        """Return it as it is stored: body sanitised, text typeset for the language, a slug made if there was none.

        `names` are kept as they were typed.
        """
        headline = typeset(_line(self.headline), language, names)
        return replace(
            self,
            headline=headline,
            kicker=typeset(_line(self.kicker), language, names),
            standfirst=typeset(_line(self.standfirst), language, names),
            body=html.clean(typeset_html(html.clean(self.body).html, language, names)).html,
            slug=slugify(self.slug or headline),
            sponsor=_line(self.sponsor),
            seo_title=_line(self.seo_title),
            seo_description=_line(self.seo_description),
            authors=tuple(dict.fromkeys(self.authors)),
            tags=tuple(dict.fromkeys(tag.canonical for tag in self.tags)),
        )

    def is_content_of(self, revision: Revision) -> bool:
        """Return whether a revision has exactly this content. For content that is prepared()."""
        return all(getattr(revision, name) == value for name, value in self.as_columns().items())

    def as_columns(self) -> dict[str, object]:
        """Return the columns of Revision that this content fills, by their names."""
        return {
            "headline": self.headline,
            "kind": self.kind,
            "kicker": self.kicker,
            "standfirst": self.standfirst,
            "body": self.body,
            "section": self.section,
            "lead_image": self.lead_image,
            "slug": self.slug,
            "author_ids": [author.pk for author in self.authors],
            "tag_ids": [tag.pk for tag in self.tags],
            "sponsor": self.sponsor,
            "sponsor_url": self.sponsor_url,
            "seo_title": self.seo_title,
            "seo_description": self.seo_description,
            "canonical_url": self.canonical_url,
            "noindex": self.noindex,
            **derived(self.standfirst, self.body),
        }


def _line(text: str) -> str:
    return one_line(clean_line(text))


def derived(standfirst: str, body: str) -> dict[str, object]:
    """Return the columns of Revision that follow from its text, by their names."""
    words = count_words(escape(standfirst)) + count_words(body)
    return {"word_count": words, "reading_minutes": reading_minutes(words), "image_ids": images_in(body)}
