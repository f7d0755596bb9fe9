"""Actions of authors on their own comments (post, edit, delete), and the staff's replies.

Four limits: more than MAX_A_MINUTE on a publication (`is_flooded`) or MAX_A_MINUTE_FROM_ONE_SOURCE is refused, and
nothing is stored; the screening rules `rate` and `surge` hold what comes faster than a publication sets.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Article
from comments import sources, terms, text
from comments.actions import counts, notifications, vault
from comments.actions.reporting import close_reports_of
from comments.actions.settings import locked_settings
from comments.models import Comment, CommentSettings
from comments.models.comment import MAX_PSEUDONYM_CHARACTERS
from comments.policy import Thread, thread_of
from comments.refusals import Refused
from comments.screening import Screen, Submission, Verdict
from comments.states import GONE, Status
from newsroom.actions import action
from newsroom.lib.client import Client
from newsroom.publications.models import Publication
from newsroom.publications.permissions import require

# Within it the same words of the same person under the same article are one comment.
RESEND_WINDOW = dt.timedelta(minutes=10)
UNKNOWN_CLIENT = Client("", 0)
# What an edit and a deletion by the author write: other columns are somebody else's to write.
EDITED_FIELDS = ("text", "digest", "search_key", "edited_at", "reviewed", "status", "rule", "matched", "version")
DELETED_FIELDS = (
    "author_key", "status", "text", "pseudonym", "email", "search_key", "matched", "digest", "notify", "featured",
    "version",
)  # fmt: skip
MAX_A_MINUTE_FROM_ONE_SOURCE = 30  # beyond it nothing is stored, or one source could close a site to all
MAX_EDITS = 20  # of one comment
MAX_A_MINUTE = 600  # on one site: readers write less, a flood more; beyond it nothing is taken for the moment


@dataclass(frozen=True)
class NewComment:
    """What a reader typed, as the form sent it. `took`: seconds from the form to the posting; None where unknown.

    `form_key` is the form's own, "" where there was no form.
    """

    text: str
    pseudonym: str
    email: str = ""
    notify: bool = False
    honeypot: str = ""
    took: float | None = None
    form_key: str = ""


class FormUsed(Exception):
    """A form that has posted another comment already."""


def is_flooded(publication: Publication, now: dt.datetime) -> bool:
    """Return whether a site got MAX_A_MINUTE comments or more in the last minute.

    One query that an index answers, before any other: what is turned away must cost next to nothing.
    """
    recent = Comment.objects.filter(publication=publication, posted_at__gt=now - dt.timedelta(minutes=1))
    return len(recent.order_by().values_list("pk")[:MAX_A_MINUTE]) >= MAX_A_MINUTE


@action
def post(
    article: Article, new: NewComment, *, client: Client = UNKNOWN_CLIENT, under: Comment | None = None
) -> Comment:
    """Screen and store a reader's comment, as a reply to `under` or directly under the article.

    Return it; its `status` is the verdict. A form that is sent twice returns the comment that it posted, and stores
    nothing. Raises FormUsed if it posted another one; Refused if the same words came from the same sender just before,
    the thread is closed, the parent is gone, or a field is invalid.
    """
    settings = locked_settings(article.publication)
    now = timezone.now()
    thread = _open_thread(article, settings, now)
    new = _checked(new, settings)
    _refuse_borrowed_name(new, article)
    earlier = _posted_by_form(article, new)
    if earlier is not None:
        return earlier
    known_sources = tuple(sources.keys(client.network))
    _refuse_repeated(article, new, known_sources, now)
    _refuse_over_rate(article.publication, known_sources, now)
    under = _answerable(under, article)
    submission = Submission(
        thread=thread,
        settings=settings,
        text=new.text,
        email=new.email,
        sources=known_sources,
        at=now,
        took=new.took,
        honeypot=new.honeypot,
        pseudonym=new.pseudonym,
    )
    verdict = Screen.of(settings).judge(submission)
    comment = Comment(
        publication=article.publication,
        article=article,
        pseudonym=new.pseudonym,
        email=new.email,
        notify=new.notify and bool(new.email),
        source=next(iter(known_sources), ""),
        took=new.took,
        form_key=new.form_key or None,
        posted_at=now,
    )
    comment.set_text(new.text)
    comment.set_position(under, settings.depth)
    _apply_verdict(comment, verdict)
    comment.save()
    vault.seal(comment, client, now, days=settings.vault_days)
    counts.update_counts([(comment, None)])
    notifications.posted(comment)
    return comment


@action
def edit(comment: Comment, words: str, *, client: Client = UNKNOWN_CLIENT) -> Comment:
    """Edit a comment for its author, while they may: screened again, and new to moderators. Raises Refused."""
    settings = locked_settings(comment.publication)
    comment, now = _own(comment, settings)
    thread = _open_thread(comment.article, settings, now)
    words = _checked_text(words, settings)
    if words == comment.text:
        return comment
    if comment.sealed.count() > MAX_EDITS:
        raise Refused("", _("It was edited often enough: it stays as it is now."))
    submission = Submission(
        thread=thread,
        settings=settings,
        text=words,
        email=comment.email,
        sources=tuple(sources.keys(client.network)),
        at=now,
        edits=comment.pk,
        pseudonym=comment.pseudonym,
    )
    verdict, before = Screen.of(settings).judge(submission), comment.status
    comment.set_text(words)
    comment.edited_at, comment.reviewed = now, False
    if before == Status.APPROVED or (before == Status.HELD and verdict.status != Status.APPROVED):
        _apply_verdict(comment, verdict)  # what a moderator or a rule kept back, an edit does not let through
    comment.version += 1
    comment.save(update_fields=EDITED_FIELDS)
    vault.seal(comment, client, now, days=settings.vault_days)
    counts.update_counts([(comment, before)], changed=[comment] if before == Status.APPROVED else [])
    if comment.status != before:  # what stays as it was has been told
        notifications.posted(comment)
    return comment


@action
def delete(comment: Comment) -> Comment:
    """Delete a comment for its author, while they may: its text goes, its position stays. Raises Refused.

    One that is deleted already is returned as it is.
    """
    settings = locked_settings(comment.publication)
    comment.refresh_from_db(fields=["status"])
    if comment.status == Status.DELETED:
        return comment
    comment, _now = _own(comment, settings)
    before = comment.status
    comment.author_key = sources.key(comment.email)
    comment.status, comment.text, comment.pseudonym, comment.email = Status.DELETED, "", "", ""
    comment.search_key, comment.matched, comment.digest, comment.notify, comment.featured = "", "", "", False, False
    comment.version += 1
    comment.save(update_fields=DELETED_FIELDS)
    counts.update_counts([(comment, before)])
    close_reports_of([comment])
    return comment


@action
def post_staff_reply(article: Article, words: str, *, by: Any, under: Comment | None = None) -> Comment:
    """Post a comment of a member of the staff, shown to readers as such. Raises Forbidden, Refused."""
    require(by, "comment.reply", article.publication)
    settings = locked_settings(article.publication)
    now = timezone.now()
    if not article.is_live(now):
        raise Refused("", _("Readers don’t have this article."))
    words = _checked_text(words, settings)
    under = _answerable(under, article)
    comment = Comment(
        publication=article.publication,
        article=article,
        pseudonym=(by.get_full_name() or by.get_username())[:MAX_PSEUDONYM_CHARACTERS],
        staff=by,
        status=Status.APPROVED,
        reviewed=True,
        posted_at=now,
    )
    comment.set_text(words)
    comment.set_position(under, settings.depth)
    comment.save()
    counts.update_counts([(comment, None)])
    notifications.posted(comment)
    return comment


# -- what all of them check --------------------------------------------------------------------------------------------


def _apply_verdict(comment: Comment, verdict: Verdict) -> None:
    comment.status, comment.rule, comment.matched = verdict.status, verdict.rule, verdict.matched


def _open_thread(article: Article, settings: CommentSettings, now: dt.datetime) -> Thread:
    thread = thread_of(article, settings, now)
    if reason := thread.why_closed(now):
        raise Refused("", reason)
    return thread


def _checked(new: NewComment, settings: CommentSettings) -> NewComment:
    pseudonym, email = text.clean_line(new.pseudonym), new.email.strip().lower()
    if not text.is_visible(pseudonym):
        raise Refused("pseudonym", _("Choose a name under which readers see you."))
    if len(pseudonym) > MAX_PSEUDONYM_CHARACTERS:
        raise Refused("pseudonym", _("A name has %(n)d characters at most.") % {"n": MAX_PSEUDONYM_CHARACTERS})
    if not email and settings.email_required:
        raise Refused("email", _("Give an e-mail: readers never see it."))
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Refused("email", _("This is not an e-mail address.")) from error
        if len(email) > 254:
            raise Refused("email", _("This is not an e-mail address."))
    return replace(
        new,
        text=_checked_text(new.text, settings),
        pseudonym=pseudonym,
        email=email,
        honeypot=new.honeypot.strip(),
    )


def _checked_text(words: str, settings: CommentSettings) -> str:
    words = text.clean(words)
    if not text.is_visible(words.replace(">", "")):
        raise Refused("text", _("Write something."))
    if len(words) > settings.longest:
        too_many = len(words) - settings.longest
        message = ngettext(
            "%(n)d character too many: shorten it, nothing is lost.",
            "%(n)d characters too many: shorten it, nothing is lost.",
            too_many,
        )
        raise Refused("text", message % {"n": too_many})
    return words


def _refuse_borrowed_name(new: NewComment, article: Article) -> None:
    """Nobody writes under the publication's own name, nor under one that looks the same."""
    if terms.folded(text.bare(new.pseudonym)) == terms.folded(article.publication.name):
        raise Refused("pseudonym", _("This name is the site’s own."))


def _answerable(under: Comment | None, article: Article) -> Comment | None:
    """The comment that is answered, as it is now. Raises Refused where readers don't see it under this article."""
    if under is None:
        return None
    found = article.comments.visible().filter(pk=under.pk).first()
    if found is None:
        raise Refused(
            "", _("The comment you answer is no longer here. Your text can still be posted under the article.")
        )
    return found


def _posted_by_form(article: Article, new: NewComment) -> Comment | None:
    """Return the comment that this form posted, or None. Whoever has the form gets the right to edit it.

    Raises FormUsed where the form now says something else.
    """
    posted = Comment.objects.filter(form_key=new.form_key).first() if new.form_key else None
    if posted is None:
        return None
    now_says = (article.pk, new.text, new.pseudonym, new.email)
    if posted.status in GONE or (posted.article_id, posted.text, posted.pseudonym, posted.email) != now_says:
        raise FormUsed
    return posted


def _refuse_repeated(article: Article, new: NewComment, known_sources: Collection[str], now: dt.datetime) -> None:
    """Refuse what the same sender has just posted here by another form: readers need it once.

    Only words, name, e-mail and source say that it is the same sender, and a neighbour may know them all: so whoever
    repeats a comment gets no right to it.
    """
    if not known_sources:
        return
    recent = article.comments.filter(
        publication=article.publication_id,
        digest=text.digest(new.text),
        posted_at__gt=now - RESEND_WINDOW,
        email=new.email,
        pseudonym=new.pseudonym,
        source__in=known_sources,
        staff=None,
    )
    if any(row.text == new.text for row in recent.exclude(status__in=GONE)):
        raise Refused("", _("You have sent this already, a moment ago: once is enough."))


def _refuse_over_rate(publication: Publication, known_sources: Collection[str], now: dt.datetime) -> None:
    if known_sources:
        recent = Comment.objects.filter(source__in=known_sources, posted_at__gt=now - dt.timedelta(minutes=1))
        if (
            len(recent.filter(publication=publication).values_list("pk")[:MAX_A_MINUTE_FROM_ONE_SOURCE])
            >= MAX_A_MINUTE_FROM_ONE_SOURCE
        ):
            raise Refused("", _("You write faster than anybody reads: wait a minute, your text is still here."))


def _own(comment: Comment, settings: CommentSettings) -> tuple[Comment, dt.datetime]:
    """The comment as it is now, locked. Raises Refused where its author may no longer change it."""
    rows = Comment.objects.select_for_update(of=("self",))
    rows = rows.select_related("article__publication", "article__live", "article__next", "publication")
    comment, now = rows.get(pk=comment.pk), timezone.now()
    if comment.staff_id:
        raise Refused("", _("The staff changes its answers at the desk."))
    if reason := why_not_editable(comment, settings, now):
        raise Refused("", reason)
    return comment, now


def why_not_editable(comment: Comment, settings: CommentSettings, now: dt.datetime) -> str:
    """Return why its author may no longer change a comment; "" while they may."""
    if comment.status in GONE:
        return _("This comment is gone.")
    if comment.status in (Status.REJECTED, Status.SPAM) and comment.reviewed:
        return _("A moderator has decided about this comment.")
    if now >= comment.may_be_changed_until(settings.edit_minutes):
        return _("The time to change this comment is over.")
    return ""
