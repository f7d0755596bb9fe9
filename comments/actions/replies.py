"""Actions on rights of reply: a publisher decides, within three days of the receipt.

Loi du 29 juillet 1881, art. 13, and loi 2004-575 (LCEN), art. 1-1 III: who is named or designated may answer; the reply
is published as it was sent, under the article, and stays as long as the article is online.
"""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.presentation import cache_tags
from comments import text
from comments.actions import message_mails
from comments.actions.inbox import MAX_REASON_CHARACTERS, begin, checked_words, end
from comments.models import Message, RightOfReply
from comments.refusals import Refused
from comments.states import MessageVerb, Subject
from newsroom.actions import action
from newsroom.pagecache.tags import invalidate

MAX_SIGNATURE_CHARACTERS = 160


@action
def insert(
    message: Message, signature: str, *, by: Any, tells: bool = True, version: int | None = None
) -> RightOfReply:
    """Publish a reply under its article, as it was sent, above a signature: who replies. Return it.

    `tells`: the sender is mailed where it stands. Raises Forbidden; Refused where it is no right of reply, or names no
    article that readers have or had.
    """
    message = begin(MessageVerb.INSERTED, message, by, version, right="message.decide")
    if message.subject != Subject.REPLY:
        raise Refused("", _("It asks for no right of reply: put it under that subject first."))
    article = message.article
    if article is None or not article.was_published_by(timezone.now()):
        raise Refused("", _("Readers never had its article."))
    signature = text.clean_line(signature) or message.name
    if not text.is_visible(signature):
        raise Refused("signature", _("Say who replies: readers see it."))
    if len(signature) > MAX_SIGNATURE_CHARACTERS:
        raise Refused("signature", _("%(n)d characters at most.") % {"n": MAX_SIGNATURE_CHARACTERS})
    reply = RightOfReply.objects.filter(message=message).first() or RightOfReply(message=message)
    reply.article, reply.signature, reply.text = article, signature, message.text
    reply.published_at, reply.taken_down_at = timezone.now(), None
    reply.save()
    end(MessageVerb.INSERTED, message, by, signature)
    invalidate({cache_tags.replies(article.pk)})
    if tells:
        message_mails.inserted(message)
    return reply


@action
def take_down(message: Message, reason: str, *, by: Any, version: int | None = None) -> Message:
    """Take a published reply from under its article; the reason stays in the log. Raises Forbidden, Refused."""
    message = begin(MessageVerb.TAKEN_DOWN, message, by, version, right="message.decide")
    reply = RightOfReply.objects.select_for_update().filter(message=message, taken_down_at=None).first()
    if reply is None:
        raise Refused("", _("There is no reply to take down."))
    reason = checked_words(reason, "reason", MAX_REASON_CHARACTERS)
    reply.taken_down_at = timezone.now()
    reply.save(update_fields=["taken_down_at"])
    invalidate({cache_tags.replies(reply.article_id)})
    return end(MessageVerb.TAKEN_DOWN, message, by, reason)
