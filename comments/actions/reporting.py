"""The action by which a reader reports a comment (DSA, article 16), and the rule that holds a comment after several."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import sources, text
from comments.actions import counts, notifications
from comments.actions.settings import locked_settings
from comments.models import Comment, Report
from comments.refusals import Refused
from comments.screening import Screen
from comments.states import Ground, Status
from newsroom.actions import action
from newsroom.lib.client import Client

MAX_REPORTS_A_DAY = 20  # from one source
MAX_TEXT_CHARACTERS = 2000
# Who reports harm to minors need not say who they are (DSA, article 16(2)(c)).
ANONYMOUS = {Ground.MINORS}


@dataclass(frozen=True)
class Notice:
    """A report as the form sent it. `form_key` is the form's own, "" where there was no form."""

    ground: str
    text: str = ""
    name: str = ""
    email: str = ""
    in_good_faith: bool = False
    form_key: str = ""


@action
def report(comment: Comment, notice: Notice, *, client: Client) -> Report:
    """Store a report and mail its receipt; hold the comment if the rule `reports` is reached.

    Return the report, or the open one if this source or e-mail has reported the comment already; the one that this
    form made, where it is sent twice. Raises Refused.
    """
    settings = locked_settings(comment.publication)
    if earlier := made_by_form(notice.form_key):
        return earlier
    rows = Comment.objects.select_for_update(of=("self",)).select_related("publication", "article")
    comment, now = rows.get(pk=comment.pk), timezone.now()
    if not comment.is_visible:
        raise Refused("", _("Readers no longer see this comment."))
    notice = _checked(notice)
    known_sources = list(sources.keys(client.network))
    of_this = Report.objects.open().filter(comment=comment)
    known_by = (Q(source__in=known_sources) if known_sources else Q()) | (
        Q(email=notice.email) if notice.email else Q()
    )
    if known_by and (same := of_this.filter(known_by).first()):
        return same
    if known_sources:
        known = Report.objects.filter(source__in=known_sources)
        today = known.filter(publication=comment.publication, at__gt=now - dt.timedelta(days=1))
        if len(today.values_list("pk")[:MAX_REPORTS_A_DAY]) >= MAX_REPORTS_A_DAY:
            raise Refused("", _("You have reported much today: write to us, and we look at all of it together."))
    row = Report.objects.create(
        publication=comment.publication, comment=comment, version=comment.version, ground=notice.ground,
        text=notice.text, name=notice.name, email=notice.email, in_good_faith=notice.in_good_faith,
        source=next(iter(known_sources), ""), form_key=notice.form_key or None, at=now,
    )  # fmt: skip
    notifications.reported(row)
    _take_back(comment, Screen.of(settings))
    return row


def made_by_form(form_key: str) -> Report | None:
    """Return the report that a form made, by its key; None where it made none, or where the key is ""."""
    return Report.objects.select_related("comment").filter(form_key=form_key).first() if form_key else None


def close_reports_of(comments: Collection[Comment]) -> int:
    """Close the open reports of comments that their author deleted or that were erased.

    The reports are marked upheld, mails about the comments are deleted, and the reporters are mailed. Return the number
    of deleted mails. Within a transaction that holds the comments' locks.
    """
    reports = list(Report.objects.open().filter(comment__in=[row.pk for row in comments]))
    Report.objects.filter(pk__in=[row.pk for row in reports]).update(decided_at=timezone.now(), upheld=True)
    return notifications.comments_removed(comments, reports)


def _take_back(comment: Comment, screen: Screen) -> None:
    """The rule of reports: so many different readers, and a moderator decides before others read it; unless one has
    read this very text already."""
    rule = screen.rule("reports")
    if not rule.is_on or rule.limit is None or comment.staff_id or comment.featured or comment.reviewed:
        return
    found = distinct_reporters(comment.reports.open().values_list("source", "email"))
    if found < rule.limit:
        return
    before = comment.status
    comment.status, comment.rule, comment.matched = Status(rule.verdict), rule.name, str(found)
    comment.version += 1
    comment.save(update_fields=["status", "rule", "matched", "version"])
    counts.update_counts([(comment, before)])
    notifications.taken_back(comment)


def distinct_reporters(who: Iterable[tuple[str, str]]) -> int:
    """Return the number of distinct reporters: the smaller of the numbers of sources and of e-mails.

    `who` holds pairs of source and e-mail.
    """
    people = list(who)
    return min(len({source for source, _email in people}), len({email for _source, email in people}))


def _checked(notice: Notice) -> Notice:
    if notice.ground not in Ground.values:
        raise Refused("ground", _("Say why you report it."))
    words, name, email = text.clean(notice.text), text.clean_line(notice.name)[:80], notice.email.strip().lower()
    if len(words) > MAX_TEXT_CHARACTERS:
        raise Refused("text", _("%(n)d characters at most.") % {"n": MAX_TEXT_CHARACTERS})
    if notice.ground not in ANONYMOUS:
        if not name:
            raise Refused("name", _("Give your name."))
        if not email:
            raise Refused("email", _("Give an e-mail: the decision is sent there."))
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Refused("email", _("This is not an e-mail address.")) from error
    if not notice.in_good_faith:
        raise Refused("in_good_faith", _("Confirm that you report it in good faith."))
    return replace(notice, text=words, name=name, email=email)
