"""Actions that remove a passage, on a judge's order, from messages about an article and from replies under it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from articles.actions.expunging import Occurrence, TextStore, redact_row
from articles.models import Article
from articles.presentation import cache_tags
from comments.actions.message_mails import mail_tag
from comments.models import Message, MessageEvent, RightOfReply
from newsroom.pagecache.tags import invalidate
from newsroom.worker.models import Mail


def redact_messages(article: Article, passage: str, remove: bool) -> list[Occurrence]:
    """Return where a passage is in the messages about an article, their logs, their mails and the replies under it.

    `remove` takes it out: within a transaction then, which holds the article's lock.
    """
    found = list(_look(article, passage, remove))
    if found and remove:
        invalidate({cache_tags.replies(article.pk)})
    return found


def _look(article: Article, passage: str, remove: bool) -> Iterator[Occurrence]:
    # Locked before they are read: what is written back must not be older than what is stored.
    messages = Message.objects.filter(article=article).order_by("pk")
    events = MessageEvent.objects.filter(message__article=article).order_by("pk")
    replies = RightOfReply.objects.filter(article=article).order_by("pk")
    if remove:
        messages, events = messages.select_for_update(of=("self",)), events.select_for_update(of=("self",))
        replies = replies.select_for_update(of=("self",))
    tags = []
    for message in messages:
        tags.append(mail_tag(message))
        found = list(redact_row(message, ("text", "name", "matched"), passage, _("a reader’s message"), remove))
        if found and remove:
            message.set_text(message.text)
            message.version += 1
            message.save(update_fields=["digest", "search_key", "version"])
        yield from found
    for event in events:
        yield from redact_row(event, ("words",), passage, _("the log of a message"), remove)
    for reply in replies:
        yield from redact_row(reply, ("text", "signature"), passage, _("a right of reply"), remove)
    mails = Mail.objects.filter(about__in=tags).order_by("pk")
    for mail in mails.select_for_update(of=("self",)) if remove else mails:
        yield from redact_row(mail, ("subject", "body", "error"), passage, _("a mail about a message"), remove)


MESSAGES = TextStore(redact_messages, (Message, MessageEvent, RightOfReply))
