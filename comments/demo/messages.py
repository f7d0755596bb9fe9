"""The demo's inbox: messages received by the readers' action, and worked on by the desk's."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils import timezone

from articles.actions import editing, publishing
from articles.content import Content
from articles.demo import agenda
from articles.workflow import Change
from comments.actions import inbox, messages, replies
from comments.actions.messages import NewMessage
from comments.demo.letters import LETTERS, Letter
from comments.models import Message, MessageEvent
from newsroom.lib.client import Client
from newsroom.lib.text import slugify
from newsroom.publications.models import Publication


def add_messages(publication: Publication, users: dict[str, Any]) -> None:
    """Add messages of readers to a publication, in every state that a message can be in."""
    now = timezone.now()
    for number, letter in enumerate(LETTERS[publication.name]):
        article = publication.articles.filter(live__slug=letter.slug).first() if letter.slug else None
        if letter.slug and article is None:
            continue
        new = NewMessage(
            letter.subject, letter.text, letter.name, f"{slugify(letter.name)}@lecteurs.example",
            article.get_absolute_url() if article else "", letter.honeypot, took=90,
        )  # fmt: skip
        message = messages.receive(publication, new, client=Client(f"203.0.113.{100 + number}", 40000))
        at = now - dt.timedelta(hours=letter.hours_ago)
        Message.objects.filter(pk=message.pk).update(posted_at=at)
        MessageEvent.objects.filter(message=message).update(at=at)
        if letter.then:
            THEN[letter.then](message, letter, users[letter.by])


def _correct(message: Message, letter: Letter, by: Any) -> None:
    """Correct the article, which closes the message."""
    inbox.begin_correction(message, by=by, thanks=True)
    article = message.article
    assert article is not None
    content = Content.of(article.working)
    content = replace(content, body=f"{content.body}<p>{letter.words}</p>")
    draft = editing.save_draft(article, content, by=by, change=Change.CORRECTION, notice=letter.words)
    assert draft.draft_id is not None
    publishing.approve_and_publish(draft, by=by, revision=draft.draft_id, accept=agenda.known(draft))


THEN: dict[str, Callable[[Message, Letter, Any], object]] = {
    "take": lambda message, letter, by: inbox.take(message, by=by),
    "note": lambda message, letter, by: inbox.add_note(inbox.take(message, by=by), letter.words, by=by),
    "answer": lambda message, letter, by: inbox.answer(message, letter.words, by=by, closes=True),
    "refuse": lambda message, letter, by: inbox.refuse(message, letter.words, by=by, tells=True),
    "spam": lambda message, letter, by: inbox.mark_spam(message, by=by),
    "insert": lambda message, letter, by: replies.insert(message, letter.words, by=by),
    "correct": _correct,
}
