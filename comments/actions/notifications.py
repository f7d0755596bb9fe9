"""Mails about comments: to authors, to those who reported, to those who asked for replies, to moderators.

Anybody can type anybody's address, so an address that its owner never confirmed gets little:
1. What a rule decides when a text is sent is stated on the author's own page, and not mailed.
2. What is taken from readers later is mailed without the text that was typed, and a few times a day at most.
So what a flood forges reaches nobody, and carries nothing. A decision is mailed after DECISION_MAIL_DELAY, if it is
still true.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings as install
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.actions import subscriptions
from comments.models import Comment, ModerationBatch, Report, Subscription
from comments.policy import settings_of
from comments.queue import MAX_COUNTED
from comments.screening import label
from comments.states import Decision, Status
from newsroom.publications.models import Membership, Publication, Role, origin_of
from newsroom.worker import mail
from newsroom.worker.models import Mail
from newsroom.worker.queue import enqueue, idempotent_task

DECISION_MAIL_DELAY = dt.timedelta(minutes=10)  # an undo within it cancels the mail; undo itself has no limit
QUEUE_MAIL_INTERVAL = dt.timedelta(hours=1)  # between two mails to moderators
# To one address that nobody confirmed, by sort of mail: enough for whoever reports in earnest.
MAX_MAILS_A_DAY = {"reasons": 5, "receipt": 20, "decision": 20}
TAG = "comment:"
About = Subscription.About


def mail_tag(comment: Comment) -> str:
    """Return the `about` of mails about a comment, by which they are found when it is erased."""
    return f"{TAG}{comment.pk}"


# -- called by actions, in their transactions --------------------------------------------------------------------------


def posted(comment: Comment) -> None:
    """Enqueue the mails about a comment that was posted or edited, once it was screened."""
    if comment.status == Status.APPROVED:
        _became_visible(comment, timezone.now())
    elif comment.status == Status.REJECTED and subscriptions.confirmed_addresses(comment.publication, [comment.email]):
        enqueue(notify_reasons, key=f"reasons:{comment.pk}:{comment.version}", comment=comment.pk, batch=None)


def decided(batch: ModerationBatch, rows: Iterable[tuple[Comment, str]], reports: Iterable[Report]) -> None:
    """Enqueue the mails about a decision: `rows` with the status that each had before, and the reports it answers."""
    now = timezone.now()
    for comment, before in rows:
        if comment.status == Status.APPROVED and before != Status.APPROVED:
            _became_visible(comment, now)
        elif batch.tells and _is_restricted(batch, comment, before):
            enqueue(
                notify_reasons, at=now + DECISION_MAIL_DELAY, key=f"reasons:{comment.pk}:{comment.version}",
                comment=comment.pk,
                batch=batch.pk, version=comment.version,
            )  # fmt: skip
    for report in reports:
        if report.email:
            enqueue(
                notify_decision,
                at=now + DECISION_MAIL_DELAY,
                key=f"decision:{report.pk}:{batch.pk}",
                report=report.pk,
                batch=batch.pk,
            )


def _is_restricted(batch: ModerationBatch, comment: Comment, before: str) -> bool:
    """Whether its author is owed reasons (DSA, article 17): rejected, or taken back from readers to be looked at.

    Whoever wrote on another system, before an import, never gave this one an address.
    """
    if not comment.email or comment.imported_from:
        return False
    if batch.decision == Decision.HOLD:
        return before == Status.APPROVED
    return batch.decision == Decision.REJECT and before != Status.REJECTED


def taken_back(comment: Comment) -> None:
    """Enqueue the reasons for a comment that the rule of reports took back from readers."""
    if comment.email and not comment.imported_from:
        key = f"reasons:{comment.pk}:{comment.version}"
        later = timezone.now() + DECISION_MAIL_DELAY
        enqueue(notify_reasons, at=later, key=key, comment=comment.pk, batch=None, version=comment.version)


def comments_removed(comments: Iterable[Comment], reports: Iterable[Report]) -> int:
    """Delete the mails about comments that were deleted or erased, and enqueue the answers to their reports.

    Returns how many mails were deleted.
    """
    deleted: int = Mail.objects.filter(about__in=[mail_tag(row) for row in comments]).delete()[0]
    for report in reports:
        if report.email:
            enqueue(notify_decision, key=f"decision:{report.pk}:gone", report=report.pk, batch=None)
    return deleted


def reported(report: Report) -> None:
    """Mail the receipt of a report (DSA, article 16(4))."""
    if report.email and not _is_daily_limit_reached(report.publication, report.email, "receipt"):
        _mail(report.publication, f"receipt:{report.pk}", report.email, mail_tag(report.comment), lambda: (
            _("We have your report"),
            _("Thank you. We have received your report of this comment, and a person will decide about it:\n\n"
              "%(address)s\nReason: %(ground)s\n\nYou will be told what was decided.")
            % {"address": report.comment.get_absolute_url(), "ground": report.get_ground_display()},
        ))  # fmt: skip


def _became_visible(comment: Comment, now: dt.datetime) -> None:
    if comment.notify and comment.email:
        enqueue(ask_to_confirm, key=f"confirm:{comment.pk}", comment=comment.pk)
    if comment.parent_id:
        enqueue(notify_reply, at=now + dt.timedelta(minutes=2), key=f"reply:{comment.pk}", comment=comment.pk)


# -- done by the worker ------------------------------------------------------------------------------------------------


@idempotent_task
def ask_to_confirm(comment: int) -> None:
    """Ask an address, once a month at most, whether it wants mails about replies.

    More than once, for an owner who lost the first mail, or whose address somebody else had typed.
    """
    row = _comment(comment)
    if row is None or not row.is_visible:
        return
    subscription = subscriptions.get_or_create(row.publication, row.email, About.REPLIES)
    if subscription.is_active or subscription.ended_at:
        return
    _mail(row.publication, f"confirm:{subscription.pk}:{timezone.now():%Y-%m}", row.email, "", lambda: (
        _("Do you want to be told of replies?"),
        _("Somebody, you we hope, asked on %(site)s to be told by mail of replies to their comments.\n\n"
          "If it was you, confirm here; else do nothing, and we write no more:\n%(address)s")
        % {"site": row.publication.name, "address": subscriptions.manage_url(subscription)},
    ))  # fmt: skip


@idempotent_task
def notify_reply(comment: int) -> None:
    """Mail the author of a comment that somebody answered it, if they asked for it and confirmed their address."""
    row = _comment(comment)
    answered = row.parent if row else None
    if row is None or answered is None or not row.is_visible or not answered.is_visible:
        return
    if not answered.notify or answered.email in ("", row.email):
        return
    if answered.email not in subscriptions.subscribed_addresses(row.publication, [answered.email], About.REPLIES):
        return
    subscription = subscriptions.get_or_create(row.publication, answered.email, About.REPLIES)
    _mail(row.publication, f"reply:{row.pk}", answered.email, mail_tag(row), lambda: (
        _("%(who)s answered you") % {"who": row.pseudonym},
        f"{row.text}\n\n{_headline(row)}\n{row.get_absolute_url()}",
    ), subscription)  # fmt: skip


@idempotent_task
def notify_reasons(comment: int, batch: int | None, version: int | None = None) -> None:
    """Mail an author why readers do not see their comment (DSA, article 17), if that is still so.

    `batch` decided it; None: a rule. `version` is that of the comment after the decision: a later decision about it
    has a mail of its own. None: whatever the version.
    """
    row = _comment(comment)
    if row is None or row.status not in (Status.REJECTED, Status.HELD) or not row.email:
        return
    if version is not None and row.version != version:
        return
    if not settings_of(row.publication).gives_reasons or _is_daily_limit_reached(row.publication, row.email, "reasons"):
        return
    decided_by = ModerationBatch.objects.filter(pk=batch).first() if batch else None
    if batch and (decided_by is None or ModerationBatch.objects.filter(undoes=decided_by).exists()):
        return
    _mail(row.publication, f"reasons:{row.pk}:{row.version}", row.email, mail_tag(row), lambda: (
        _("Your comment is not published"),
        _reasons(row, decided_by, quotes=bool(subscriptions.confirmed_addresses(row.publication, [row.email]))),
    ))  # fmt: skip


def _is_daily_limit_reached(publication: Publication, email: str, sort: str) -> bool:
    """Whether an address that nobody confirmed had as many mails of a sort within a day as it gets."""
    if subscriptions.confirmed_addresses(publication, [email]):
        return False
    maximum = MAX_MAILS_A_DAY[sort]
    recent = Mail.objects.filter(to=email, created_at__gt=timezone.now() - dt.timedelta(days=1))
    return len(recent.filter(key__startswith=f"comments:{sort}:").values_list("pk")[:maximum]) >= maximum


def statement(row: Comment) -> str:
    """Return the statement of reasons for what a rule or a person kept from readers, for its author's own page.

    "" for a comment that readers see, for one that merely waits, for spam, and where the moderator chose to tell
    nothing. One query.
    """
    if row.status not in (Status.REJECTED, Status.HELD):
        return ""
    decided = row.actions.filter(version_after=row.version).select_related("batch").first()
    batch = decided.batch if decided else None
    if batch is not None and not batch.tells:
        return ""
    was_visible = row.rule == "reports" if decided is None else decided.from_status == Status.APPROVED
    if row.status == Status.HELD and not was_visible:
        return ""
    return _reasons(row, batch, quotes=False, by_mail=False)


def _reasons(row: Comment, batch: ModerationBatch | None, quotes: bool, by_mail: bool = True) -> str:
    """The statement of reasons: what was decided, on what ground, by a rule or a person, and how to contest it."""
    publication = row.publication
    params = {"time": publication.date(row.posted_at), "headline": _headline(row), "site": publication.name}
    parts = [
        _("Your comment of %(time)s under “%(headline)s” was rejected: readers of %(site)s don’t see it.")
        % params
        if row.status == Status.REJECTED
        else _("Your comment of %(time)s under “%(headline)s” was taken back from readers of %(site)s, until somebody "
               "has looked at it.")
        % params,
        *([f"« {row.text} »"] if quotes else []),
        _("It is against the posted rules of this site, which stand beside the form for comments.")
        if row.status == Status.REJECTED
        else _("It may be against the posted rules of this site, which stand beside the form for comments."),
    ]  # fmt: skip
    if batch and batch.reason:
        parts.append(_("The moderator’s reason: %(reason)s") % {"reason": batch.reason})
    if batch is None:
        parts.append(_("An automatic rule decided this: %(rule)s.") % {"rule": label(row.rule)})
    elif row.rule:
        parts.append(
            _("A person decided this; an automatic rule had shown it to them: %(rule)s.") % {"rule": label(row.rule)}
        )
    else:
        parts.append(_("A person decided this."))
    parts.append(_redress(by_mail))
    return "\n\n".join(parts)


def _redress(by_mail: bool = True) -> str:
    if by_mail:
        return _(
            "If you think that this is wrong, answer this mail: another person will look at it. You can also turn to "
            "an out-of-court dispute settlement body (Digital Services Act, article 21) or to a court."
        )
    return _(
        "If you think that this is wrong, write to us: a person will look at it. You can also turn to an out-of-court "
        "dispute settlement body (Digital Services Act, article 21) or to a court."
    )


@idempotent_task
def notify_decision(report: int, batch: int | None) -> None:
    """Mail whoever reported a comment what was decided (DSA, article 16(5)), if that is still so.

    `batch` decided it; None: the comment was deleted or erased.
    """
    row = Report.objects.select_related("publication", "comment").filter(pk=report, batch=batch).first()
    if (
        row is None
        or not row.email
        or row.decided_at is None
        or _is_daily_limit_reached(row.publication, row.email, "decision")
    ):
        return
    _mail(row.publication, f"decision:{row.pk}:{batch or 'gone'}", row.email, mail_tag(row.comment), lambda: (
        _("What became of your report"),
        "\n\n".join((
            _("You reported this comment on %(time)s:") % {"time": row.publication.date(row.at)}
            + f"\n{row.comment.get_absolute_url()}",
            _("It is gone: its author took it away, or it was erased.") if batch is None else
            _("We have removed it.") if row.upheld else
            _("A person has read it, and it stays: we found nothing illegal in it, nor against our posted rules."),
            _redress(),
        )),
    ))  # fmt: skip


def notify_moderators(publication: Publication, now: dt.datetime) -> int:
    """Mail moderators what waits, where something came since the last such mail. Returns how many mails were written.

    Within a transaction.
    """
    if not settings_of(publication).mails_moderators:
        return 0
    held = Comment.objects.filter(publication=publication, status=Status.HELD)
    reports = Report.objects.open().filter(publication=publication)
    latest = held.aggregate(posted=Max("posted_at"), edited=Max("edited_at"))
    newest = max(filter(None, (*latest.values(), reports.aggregate(at=Max("at"))["at"])), default=None)
    about = f"queue:{publication.pk}"
    last = Mail.objects.filter(about=about).order_by("-pk").values_list("created_at", flat=True).first()
    if newest is None or (last and (last > newest or last > now - QUEUE_MAIL_INTERVAL)):
        return 0
    waiting = len(held.values_list("pk")[: MAX_COUNTED + 1])
    open_reports = reports.count()
    sent = 0
    for person in moderators_of(publication):
        subscription = subscriptions.get_or_create(publication, person.email.lower(), About.QUEUE)
        if not subscription.is_active:
            continue
        _mail(publication, f"{about}:{person.pk}:{now:%Y%m%dT%H%M}", person.email, about, lambda: (
            _("Comments wait on %(site)s") % {"site": publication.name},
            "\n".join((
                ngettext("%(n)s held comment", "%(n)s held comments", waiting)
                % {"n": waiting if waiting <= MAX_COUNTED else f"{MAX_COUNTED}+"},
                ngettext("%(n)d open report", "%(n)d open reports", open_reports) % {"n": open_reports},
                f"{origin_of(install.DESK_HOST)}{reverse('admin:comments_comment_changelist')}?tab=held",
            )),
        ), subscription)  # fmt: skip
        sent += 1
    return sent


def moderators_of(publication: Publication) -> list[Any]:
    """Return the users who moderate a publication; those who publish there, where nobody is named moderator.

    Each once, in the order of their ids, and of several with one mailbox the first. One or two queries.
    """
    for role in (Role.MODERATOR, Role.PUBLISHER):
        rows = Membership.objects.filter(publication=publication, role=role, user__is_active=True)
        rows = rows.exclude(user__email="").select_related("user").order_by("-user")
        if people := {row.user.email.lower(): row.user for row in rows}:
            return sorted(people.values(), key=lambda user: user.pk)
    return []


def _comment(pk: int) -> Comment | None:
    related = ("publication", "article__publication", "article__live", "article__next", "parent")
    return Comment.objects.select_related(*related).filter(pk=pk).first()


def _headline(row: Comment) -> str:
    """The headline that readers see: a draft's is the desk's alone."""
    return row.article.revision_at(timezone.now()).headline


def _mail(
    publication: Publication,
    key: str,
    to: str,
    about: str,
    subject_and_body: Callable[[], tuple[str, str]],
    subscription: Subscription | None = None,
) -> None:
    """Write a mail in the publication's language; with an address that ends them, where it is of a subscription."""
    with translation.override(publication.language), timezone.override(publication.zone):
        subject, body = subject_and_body()
        body += f"\n\n{publication.name} · {publication.origin}/\n"
        unsubscribe = subscriptions.manage_url(subscription) if subscription else ""
        if unsubscribe:
            body += _("No more of these mails: %(address)s") % {"address": unsubscribe} + "\n"
    mail.post(
        f"comments:{key}",
        to=to,
        subject=subject,
        body=body,
        publication=publication,
        about=about,
        unsubscribe=unsubscribe,
    )
