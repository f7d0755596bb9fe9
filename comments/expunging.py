"""What a judge orders removed of a story goes from what readers wrote under it, from reports of it, and from mails."""

from django.utils.translation import gettext as _

from articles.expunging import Trace, register
from articles.models import Article
from comments.effects import tag
from comments.models import Comment, Report
from newsroom.lib.redaction import from_text
from newsroom.worker.models import Mail


def look_in_comments(article: Article, passage: str, remove: bool) -> list[Trace]:
    """Where a passage stands in a story's thread; without it afterwards, if so asked."""
    rows = list(article.comments.order_by("pk"))
    counts = {
        _("comments"): sum(_in_comment(row, passage, remove) for row in rows),
        _("reports of comments"): sum(
            _in_row(row, ("text", "name"), passage, remove) for row in Report.objects.filter(comment__article=article)
        ),
        _("mails about comments"): sum(
            _in_row(row, ("subject", "body", "error"), passage, remove)
            for row in Mail.objects.filter(about__in=[tag(row) for row in rows])
        ),
    }
    return [Trace(where, count) for where, count in counts.items() if count]


def _in_comment(row: Comment, passage: str, remove: bool) -> int:
    words, name = from_text(row.text, passage), from_text(row.pseudonym, passage)
    count = words.count + name.count
    if count and remove:
        row.pseudonym, row.matched, row.version = name.text[:60], "", row.version + 1
        row.say(words.text)
        row.save(update_fields=["pseudonym", "matched", "version", "text", "digest", "search_key"])
    return count


def _in_row(row: Report | Mail, names: tuple[str, ...], passage: str, remove: bool) -> int:
    found = {name: from_text(getattr(row, name), passage) for name in names}
    count = sum(one.count for one in found.values())
    if count and remove:
        for name, one in found.items():
            longest = getattr(row._meta.get_field(name), "max_length", None)
            setattr(row, name, one.text[:longest])
        row.save(update_fields=list(names))
    return count


register(look_in_comments, Comment, Report)
