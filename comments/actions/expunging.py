"""Actions that remove a passage, on a judge's order, from comments, and from reports and mails about them."""

from collections.abc import Iterator

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from articles.actions.expunging import Occurrence, TextStore, redact_row
from articles.models import Article
from articles.presentation import cache_tags
from comments.actions.notifications import TAG
from comments.models import Comment, Report
from comments.models.comment import MAX_PSEUDONYM_CHARACTERS
from newsroom.lib.redaction import from_text
from newsroom.pagecache.tags import invalidate
from newsroom.worker.models import Mail


def redact_comments(article: Article, passage: str, remove: bool) -> list[Occurrence]:
    """Return where a passage is in an article's comments, their reports and their mails; `remove` takes it out.

    Within a transaction then. The thread is a part with a tag of its own, which the article's does not invalidate.
    """
    found = list(_look(article, passage, remove))
    if found and remove:
        invalidate({cache_tags.comments(article.pk)})
    return found


def _look(article: Article, passage: str, remove: bool) -> Iterator[Occurrence]:
    # Locked before they are read: what is written back must not be older than what is stored.
    comments = article.comments.order_by("pk")
    reports = Report.objects.filter(comment__article=article).order_by("pk")
    tags = article.comments.annotate(tag=Concat(Value(TAG), Cast("pk", CharField()))).values("tag")
    mails = Mail.objects.filter(about__in=tags).order_by("pk")
    if remove:
        comments = comments.select_for_update(of=("self",))
        reports = reports.select_for_update(of=("self",))
        mails = mails.select_for_update(of=("self",))
    if count := sum(_in_comment(row, passage, remove) for row in comments):
        yield Occurrence(_("comments"), count)
    for report in reports:
        yield from redact_row(report, ("text", "name"), passage, _("a report of a comment"), remove)
    for mail in mails:
        yield from redact_row(mail, ("subject", "body", "error"), passage, _("a mail about a comment"), remove)


def _in_comment(row: Comment, passage: str, remove: bool) -> int:
    text, pseudonym = from_text(row.text, passage), from_text(row.pseudonym, passage)
    count = text.count + pseudonym.count
    if count and remove:
        row.pseudonym, row.matched, row.version = pseudonym.text[:MAX_PSEUDONYM_CHARACTERS], "", row.version + 1
        row.set_text(text.text)
        row.save(update_fields=["pseudonym", "matched", "version", "text", "digest", "search_key"])
    return count


def lock_comments(article: Article) -> None:
    """Lock an article's comments in the order of their ids, as every action on comments does before its article."""
    list(article.comments.select_for_update().order_by("pk").values_list("pk"))


COMMENTS = TextStore(redact_comments, (Comment, Report), lock_comments)
