"""A site of any size, to try how this one works with so many articles: rows in bulk, as the actions would leave them.

Articles are news, published one a quarter of an hour, the newest first: a larger corpus goes further back. One tag
stands on half of them; one in fifty was corrected.
"""

import datetime as dt
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Min, OuterRef, Subquery
from django.utils import timezone

from articles.actions import documents, maps, taxonomy
from articles.content import Content
from articles.demo.vocabulary import paragraph
from articles.models import (
    Address,
    Article,
    Author,
    Byline,
    Edition,
    Event,
    Placement,
    Revision,
    Section,
    Tag,
    TaggedArticle,
)
from articles.presentation import cache_tags
from articles.presentation.links import sitemap_block
from articles.workflow import Change, Kind, Stage, Standing, Verb
from newsroom.lib.text import count_words, plain, reading_minutes, shortened, slugify
from newsroom.pagecache.tags import invalidate
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from newsroom.search.analyser import analyse

NAME, DOMAIN = "Corpus", "corpus.localhost"
STEP = dt.timedelta(minutes=15)  # from one article to the next
MOST = 1_200_000  # articles: the oldest is of 1992 then, and archives begin in 1990
BATCH = 1_000  # articles in a transaction
SECTIONS, TAGS, AUTHORS = 8, 200, 10
CORRECTED = 50  # one in so many was
_THINGS = (
    "Un casque", "Une tablette", "Un robot", "Une montre", "Un satellite", "Une console", "Un clavier", "Une lampe",
    "Un moteur", "Une imprimante", "Un capteur", "Une batterie",
)  # fmt: skip
_DEEDS = (
    "voit loin", "change de main", "revient plus cher", "quitte la France", "fait peur aux grands", "tient une semaine",
    "passe au vert", "se plie en deux", "parle trois langues", "part en orbite", "se loue au mois",
)  # fmt: skip
PARAGRAPHS, OF_ARTICLE = 20_000, 5  # in all; of an article, beside its standfirst
STANDFIRST = 160  # characters
NOTICE = "Une première version de cet article donnait un autre chiffre."


@dataclass(frozen=True)
class Paragraph:
    """A paragraph as it is stored, how many words it has, and how it is indexed: made once for all who have it."""

    text: str
    html: str
    words: int
    analysed: str


@lru_cache(maxsize=PARAGRAPHS)
def _paragraph(number: int, language: str) -> Paragraph:
    text = paragraph(number)
    html = Content(headline="", body=f"<p>{text}</p>").prepared(language).body
    text = plain(html)
    return Paragraph(text, html, count_words(html), analyse(text))


@dataclass(frozen=True)
class Corpus:
    """A publication of the corpus, with what its articles are sorted under."""

    publication: Publication
    sections: list[Section]
    tags: list[Tag]  # the first stands on half of the articles
    authors: list[Author]

    @classmethod
    def of(cls, publication: Publication) -> "Corpus":
        """Return the corpus of a publication, with sections, tags and authors made that are not there yet."""
        known = {row.slug: row for row in publication.sections.all()}
        sections = [
            known.get(f"section-{n}")
            or taxonomy.save_section(
                Section(publication=publication, name=f"Section {n}", slug=f"section-{n}", position=n), by=SYSTEM
            )
            for n in range(1, SECTIONS + 1)
        ]
        tags = taxonomy.tags_named((f"Sujet {n}" for n in range(1, TAGS + 1)), by=SYSTEM)
        named = {row.name: row for row in Author.objects.filter(name__startswith="Auteur ")}
        authors = [
            named.get(f"Auteur {n}") or taxonomy.save_author(Author(name=f"Auteur {n}"), by=SYSTEM)
            for n in range(1, AUTHORS + 1)
        ]
        return cls(publication, sections, tags, authors)

    def add(self, start: int, number: int, newest_at: dt.datetime) -> None:
        """Write articles `start` and following, `number` of them, in one transaction.

        They are published before all that are there, the first of an empty corpus at `newest_at`.
        """
        with transaction.atomic():
            oldest_at = self.publication.articles.aggregate(at=Min("published_at"))["at"]
            begin = oldest_at - STEP if oldest_at else newest_at
            times = {start + n: begin - n * STEP for n in range(number)}
            _Batch(self, times).write()

    def paragraphs(self, number: int) -> list[Paragraph]:
        """Return the paragraphs of an article: the first is its standfirst, cut short."""
        first = number * (OF_ARTICLE + 1)
        step = 7_919  # a prime, so that neighbours share none
        return [_paragraph((first + n * step) % PARAGRAPHS, self.publication.language) for n in range(OF_ARTICLE + 1)]

    def content(self, number: int) -> Content:
        """Return the content of an article as its desk left it first."""
        first, *following = self.paragraphs(number)
        thing, deed = _THINGS[number % len(_THINGS)], _DEEDS[number % len(_DEEDS)]
        headline = f"{thing} {deed}, histoire {number}"
        others = 1 + number % (TAGS - 1), 1 + number * 7 % (TAGS - 1)
        numbers = dict.fromkeys((*([0] if number % 2 == 0 else []), *others))
        return Content(
            headline=headline,
            standfirst=shortened(first.text, STANDFIRST),
            body="".join(each.html for each in following),
            slug=slugify(headline),
            section=self.sections[number % SECTIONS],
            authors=(self.authors[number % AUTHORS],),
            tags=tuple(self.tags[n] for n in numbers),
        )


def corrected(content: Content) -> Content:
    """Return a content as it was corrected."""
    return replace(content, standfirst=f"{content.standfirst} Ou presque.")


class _Batch:
    """The rows of some articles, by their numbers with the times of their publication."""

    def __init__(self, corpus: Corpus, times: dict[int, dt.datetime]) -> None:
        self.corpus, self.publication, self.times = corpus, corpus.publication, times
        self.contents = {n: corpus.content(n) for n in times}
        self.corrected_at = {n: at + STEP / 3 for n, at in times.items() if n % CORRECTED == 0}

    def write(self) -> None:
        articles = dict(zip(self.times, Article.objects.bulk_create(map(self._article, self.times)), strict=True))
        self._list(articles)
        first = self._revisions(articles, self.times, {})
        second = self._revisions(articles, self.corrected_at, {"change": Change.CORRECTION, "notice": NOTICE})
        Edition.objects.bulk_create(
            [Edition(article=articles[n], revision=first[n], **self._listed(n)) for n in self.times]
            + [self._corrected_edition(articles[n], first[n], second[n], at) for n, at in self.corrected_at.items()]
        )
        self._log(articles, first, second)
        newest = Revision.objects.filter(article=OuterRef("pk")).order_by("-number").values("pk")[:1]
        Article.objects.filter(pk__in=[row.pk for row in articles.values()]).update(
            live=Subquery(newest), live_kind=Kind.NEWS
        )
        for article in {sitemap_block(row.pk): row for row in articles.values()}.values():
            maps.note_change(article, timezone.now())
        self._make_findable(articles)
        self._invalidate()

    def _make_findable(self, articles: dict[int, Article]) -> None:
        public, desk = [], []
        for n, article in articles.items():
            body = " ".join(each.analysed for each in self.corpus.paragraphs(n)[1:])
            content = corrected(self.contents[n]) if n in self.corrected_at else self.contents[n]
            begins = self.corrected_at.get(n, self.times[n])
            public.append(
                documents.public_document(article, content, places=[self.publication.pk], begins=begins, body=body)
            )
            desk.append(documents.desk_document(article, content, body=body))
        documents.write_new(public, desk)

    def _article(self, n: int) -> Article:
        content = self.contents[n]
        section, (author, *_others) = content.section, content.authors
        assert section is not None, "each has one"
        return Article(
            publication=self.publication, stage=Stage.PUBLISHED, published_at=self.times[n],
            saved_at=self.corrected_at.get(n, self.times[n]), path=f"/{section.slug}/{content.slug}/",
            desk_headline=content.headline,
            desk_section=section, desk_first_author=author,
        )  # fmt: skip

    def _revisions(
        self, articles: dict[int, Article], times: dict[int, dt.datetime], change: dict[str, str]
    ) -> dict[int, Revision]:
        """Write a revision of each article in `times`: the first, or with a `change` the second, with a longer text."""
        rows = []
        for n, at in times.items():
            content = self.contents[n]
            if change:
                content = corrected(content)
            columns = self._columns(content, self.corpus.paragraphs(n)[1:]) | change
            rows.append(Revision(article=articles[n], number=2 if change else 1, created_at=at, **columns))
        return dict(zip(times, Revision.objects.bulk_create(rows), strict=True))

    def _columns(self, content: Content, following: list[Paragraph]) -> dict[str, object]:
        """Return `content.as_columns()`, without counting the same words a thousand times."""
        textless = replace(content, standfirst="", body="").as_columns()
        text = {"standfirst": content.standfirst, "body": content.body}
        words = count_words(content.standfirst) + sum(each.words for each in following)
        return textless | text | {"word_count": words, "reading_minutes": reading_minutes(words)}

    def _listed(self, n: int) -> dict[str, Any]:
        return {"publication": self.publication, "published_at": self.times[n]}

    def _corrected_edition(self, article: Article, before: Revision, after: Revision, at: dt.datetime) -> Edition:
        return Edition(
            article=article, publication=self.publication, published_at=at, revision=after, previous=before,
            change=Change.CORRECTION,
        )  # fmt: skip

    def _list(self, articles: dict[int, Article]) -> None:
        """Write the rows by which readers find them: addresses, placements, tags, bylines."""
        addresses, placements, links, lines = [], [], [], []
        for n, article in articles.items():
            content, listed = self.contents[n], self._listed(n)
            addresses.append(Address(publication=self.publication, path=article.path, article=article, canonical=True))
            placements.append(Placement(article=article, kind=content.kind, section=content.section, **listed))
            links += [
                TaggedArticle(content_object=article, tag=tag, position=position, **listed)
                for position, tag in enumerate(content.tags)
            ]
            lines += [Byline(article=article, author=author, **listed) for author in content.authors]
        Address.objects.bulk_create(addresses)
        Placement.objects.bulk_create(placements)
        TaggedArticle.objects.bulk_create(links)
        Byline.objects.bulk_create(lines)

    def _log(self, articles: dict[int, Article], first: dict[int, Revision], second: dict[int, Revision]) -> None:
        """Write what the actions log: begun and published, and for a correction saved and published again."""
        rows = []
        for n, revision in [*first.items(), *second.items()]:
            again = revision.number > 1
            verb, at = Verb.SAVED if again else Verb.CREATED, revision.created_at
            before = Stage.PUBLISHED if again else ""
            common = {"article": articles[n], "revision": revision, "at": at}
            rows.append(Event(verb=verb, from_state=before, to_state=Stage.DRAFT, **common))
            rows.append(Event(verb=Verb.PUBLISHED, from_state=Stage.DRAFT, to_state=Standing.LIVE, **common))
        Event.objects.bulk_create(rows)

    def _invalidate(self) -> None:
        """Invalidate the lists that the articles enter."""
        tags = {cache_tags.publication(self.publication)}
        for n, at in self.times.items():
            content, local = self.contents[n], at.astimezone(self.publication.zone)
            tags |= {cache_tags.archive(self.publication, local.year, local.month)}
            tags |= {cache_tags.tag(tag) for tag in content.tags} | {cache_tags.author(row) for row in content.authors}
            tags |= {cache_tags.section(content.section)} if content.section else set()
        invalidate(tags)
