"""Edits whose effect a reader can order: each writes the next number where pages show it, `Zqtitreax57`."""

import datetime as dt
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from articles.actions import editing, images, publishing, scheduling, taxonomy
from articles.content import Content
from articles.models import Article, Author, Image, Section, Tag
from comments.actions import moderation, posting
from comments.actions.moderation import SeenVersion
from comments.actions.posting import NewComment
from comments.models import Comment
from comments.states import Decision
from newsroom.lib.client import Client
from newsroom.publications import actions as publication_actions
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from tests.factories import make_article, make_author, make_image, make_section, make_tags
from tests.stale.edits import NOT_POSSIBLE, Everything

KINDS = ("titre", "avenir", "avis", "rubrique", "auteur", "sujet", "image", "devise")


@dataclass(frozen=True)
class Change:
    """What was committed: the number of a token, and from when on readers must see it, in seconds since 1970; None:
    from its commit on."""

    token: str
    number: int
    due_at: float | None = None


class TokenWriter:
    """Somebody who changes things of their own, that nobody else changes. `name` is a letter."""

    def __init__(self, name: str, site: Publication, sister: Publication, numbers: "itertools.count[int]", seed: int):
        self.name, self.site, self.numbers, self.random = name, site, numbers, random.Random(seed)
        text = {kind: f"Zq{kind}{name}x0" for kind in KINDS}
        self.section = make_section(site, text["rubrique"], f"rubrique-{name}")
        self.author, (self.tag,) = make_author(text["auteur"]), make_tags(text["sujet"])
        self.image = make_image(alt=text["image"])
        own = {
            "section": self.section, "authors": (self.author,), "tags": (self.tag,), "lead_image": self.image,
            "at": timezone.now(),
        }  # fmt: skip
        self.titled, self.scheduled = (make_article(site, text[kind], **own) for kind in ("titre", "avenir"))
        publishing.place(self.titled, on=sister, by=SYSTEM)
        self.comment: Comment | None = None
        self.waits_until = timezone.now()
        self.changes: list[Callable[[str], dt.datetime | None]] = [
            *[self.titre] * 4, *[self.avenir] * 2, *[self.avis] * 4, *[self.rubrique] * 2, *[self.auteur] * 2,
            *[self.sujet] * 2, self.image_, self.devise,
        ]  # fmt: skip

    @property
    def kept(self) -> set[int]:
        return {self.titled.pk, self.scheduled.pk}

    def pages(self) -> list[tuple[str, str]]:
        paths = [self.section.path, f"/tag/{self.tag.slug}/", f"/auteur/{self.author.slug}/", self.titled.path]
        return [(self.site.domain, path) for path in (*paths, self.scheduled.path)]

    def run(self) -> Change | None:
        """Make one change, in a transaction. Return it; None where it is not possible just now."""
        # A change that replaces one that waits leaves readers what they have: nobody could say what they must see.
        is_waiting = timezone.now() <= self.waits_until
        possible = [change for change in self.changes if change != self.avenir or not is_waiting]
        change, number = self.random.choice(possible), next(self.numbers)
        token = change.__name__.rstrip("_") + self.name
        try:
            with transaction.atomic():
                due_at = change(f"Zq{token}x{number}")
        except NOT_POSSIBLE:
            return None
        return Change(token, number, due_at.timestamp() if due_at else None)

    def titre(self, text: str) -> None:
        article = self._saved(self.titled, text)
        publishing.approve_and_publish(article, by=SYSTEM, revision=article.draft_id or 0, accept=Everything())

    def avenir(self, text: str) -> dt.datetime:
        at = timezone.now() + dt.timedelta(seconds=self.random.uniform(0.2, 1.5))
        article = self._saved(self.scheduled, text)
        article = publishing.approve(article, by=SYSTEM, revision=article.draft_id or 0)
        scheduling.schedule_change(article, by=SYSTEM, revision=article.draft_id or 0, at=at, accept=Everything())
        self.waits_until = at
        return at

    def _saved(self, article: Article, text: str) -> Article:
        article = Article.objects.select_related("publication").get(pk=article.pk)
        content = replace(Content.of(article.working), headline=text)
        return editing.save_draft(article, content, by=SYSTEM, base=article.working.pk, change="update")

    def avis(self, text: str) -> None:
        """A new comment in the place of the last."""
        number = next(self.numbers)
        client = Client(f"198.{18 + number // 60_000 % 2}.{number // 250 % 250}.{number % 250 + 1}", 1)
        new = posting.post(self.titled, NewComment(text, f"Zoé {number}", f"zoe{number}@example.org"), client=client)
        self._decide(new, Decision.APPROVE)
        if self.comment:
            self._decide(self.comment, Decision.REJECT)
        self.comment = new

    def _decide(self, comment: Comment, decision: Decision) -> None:
        comment.refresh_from_db()
        seen = [SeenVersion(comment.pk, comment.version)]
        moderation.decide(self.site, seen, decision, by=SYSTEM)

    def rubrique(self, text: str) -> None:
        section = Section.objects.select_related("publication").get(pk=self.section.pk)
        section.name = text
        taxonomy.save_section(section, by=SYSTEM)

    def auteur(self, text: str) -> None:
        author = Author.objects.get(pk=self.author.pk)
        author.name = text
        taxonomy.save_author(author, by=SYSTEM)

    def sujet(self, text: str) -> None:
        tag = Tag.objects.get(pk=self.tag.pk)
        tag.name = text
        taxonomy.save_tag(tag, by=SYSTEM)

    def image_(self, text: str) -> None:
        image = Image.objects.get(pk=self.image.pk)
        image.alt = image.caption = text
        images.describe(image, by=SYSTEM)

    def devise(self, text: str) -> None:
        site = Publication.objects.get(pk=self.site.pk)
        site.tagline = text
        publication_actions.save_publication(site, by=SYSTEM, columns=["tagline"])
