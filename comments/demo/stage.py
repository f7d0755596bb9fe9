"""The demo's threads: past ones are written as by an import, this morning's are posted by the readers' action."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from articles.models import Article
from comments import text
from comments.actions import counts, moderation, posting, reporting
from comments.actions import settings as comment_settings
from comments.actions.moderation import SeenVersion
from comments.actions.posting import NewComment
from comments.actions.reporting import Notice
from comments.actions.settings import locked_settings
from comments.demo.threads import REPORT, SUSPECT, THREADS, TODAY, Line
from comments.models import Comment, Term
from comments.states import Decision, Status
from newsroom.lib.client import Client
from newsroom.lib.text import slugify
from newsroom.publications.models import Publication


def add_threads(publication: Publication, users: dict[str, Any]) -> None:
    """Add comments of readers to a publication, some of them for the moderator to decide."""
    for slug, lines in THREADS.items():
        article = publication.articles.filter(live__slug=slug, live__isnull=False).first()
        if article is not None:
            _thread(article, lines, users)
    _today(publication, users)


@transaction.atomic
def _thread(article: Article, lines: tuple[Line, ...], users: dict[str, Any]) -> None:
    """A thread of the past, approved long ago by a moderator."""
    locked_settings(article.publication)
    assert article.published_at is not None
    at = article.published_at
    above: dict[int, Comment] = {}
    for level, name, minutes, words in lines:
        mark, name = (name[0], name[1:]) if name[0] in "@*-" else ("", name)
        at = min(at + dt.timedelta(minutes=minutes), timezone.now())
        staff = users[name] if mark == "@" else None
        row = Comment(
            publication=article.publication, article=article, posted_at=at, reviewed=True, staff=staff,
            pseudonym=staff.get_full_name() if staff else name,
            email="" if staff else f"{slugify(name)}@lecteurs.example",
            featured=mark == "*",
            status=Status.REJECTED if mark == "-" else Status.APPROVED,
        )  # fmt: skip
        row.set_text(text.clean(words))
        row.set_position(above.get(level - 1), 3)
        row.save()
        counts.update_counts([(row, None)])
        above[level] = row


def _today(publication: Publication, users: dict[str, Any]) -> None:
    """Post this morning's comments under the latest article that has a thread; they are screened as any other."""
    comment_settings.add_terms(publication, SUSPECT, Term.Kind.SUSPECT, by=users["thomas"])
    article = publication.articles.filter(comment_count__gt=0).order_by("-published_at").first()
    assert article is not None, "the demo's threads stand under its articles"
    now = timezone.now()
    for name, minutes, words, address in TODAY[publication.name]:
        new = NewComment(words, name, f"{slugify(name)}@lecteurs.example", took=40)
        made = posting.post(article, new, client=Client(address, 40000 + minutes))
        # They came over the last two hours, and not all at once.
        Comment.objects.filter(pk=made.pk).update(posted_at=now - dt.timedelta(minutes=minutes))
        if name == REPORT[0]:
            _report(made, users)
    first = article.comments.filter(status=Status.APPROVED).order_by("pk").last()
    if first is not None and publication.name == "KultureGeek":
        moderation.decide(publication, [SeenVersion(first.pk, first.version)], Decision.APPROVE, by=users["sarah"])


def _report(comment: Comment, users: dict[str, Any]) -> None:
    """Approve one of them, and report it since."""
    seen = [SeenVersion(comment.pk, comment.version)]
    moderation.decide(comment.publication, seen, Decision.APPROVE, by=users["sarah"])
    _name, ground, words, who, email = REPORT
    comment.refresh_from_db()
    reporting.report(comment, Notice(ground, words, who, email, in_good_faith=True), client=Client("203.0.113.13", 1))
