"""Runs of the actions on comments: what readers send, and what becomes of it."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from comments.actions import moderation, posting, privacy, reporting
from comments.actions import settings as comment_settings
from comments.actions.moderation import SeenVersion
from comments.actions.posting import NewComment
from comments.models import Comment, Term
from comments.states import Decision, Status
from newsroom.lib.client import Client
from newsroom.lib.text import fold
from tests.killing.install import ActionRun, Install

HOME, OFFICE = Client("203.0.113.80", 50112), Client("198.51.100.81", 40000)


def comment_runs(install: Install) -> Iterator[ActionRun]:
    """Yield a run of every action on comments, each on a comment of its own."""
    article, sarah = install.live(), install.sarah

    def new(text: str, name: str) -> NewComment:
        return NewComment(text, name, email=f"{fold(name)}@example.org", form_key=fold(text)[:32])

    def posted(text: str, name: str = "Odile") -> Comment:
        comment = posting.post(article, new(text, name), client=OFFICE)
        Comment.objects.filter(pk=comment.pk).update(status=Status.APPROVED)  # whatever screening makes of so many
        comment.refresh_from_db()
        return comment

    def run(name: str, function: Any, *args: Any, **kwargs: Any) -> ActionRun:
        return ActionRun(name, name, partial(function, *args, **kwargs))

    def seen(comment: Comment) -> list[SeenVersion]:
        return [SeenVersion(comment.pk, comment.version)]

    yield run("comment_post", posting.post, article, new("Un avis qui arrive.", "Paul"), client=HOME)
    yield run("comment_edit", posting.edit, posted("Un avis à revoir."), "Un avis revu.", client=HOME)
    yield run("comment_delete", posting.delete, posted("Un avis de trop."))
    yield run("comment_reply", posting.post_staff_reply, article, "La rédaction répond.", by=sarah)
    rejected, blocked, undone = (posted(f"Un avis, le cas {n}.", f"Casimir{n}") for n in range(3))
    yield run("comment_reject", moderation.decide, install.kg, seen(rejected), Decision.REJECT, by=sarah)
    yield run("comment_block", moderation.decide, install.kg, seen(blocked), Decision.BLOCK, by=sarah)
    outcome = moderation.decide(install.kg, seen(undone), Decision.SPAM, by=sarah)
    yield run("comment_undo", moderation.undo, outcome.batch, by=sarah)
    notice = reporting.Notice("insult", "Il m’insulte.", "Ana", "ana@example.org", in_good_faith=True)
    yield run("comment_report", reporting.report, posted("Un avis signalé.", "Rémi"), notice, client=HOME)
    posted("Un avis à effacer.", "Nestor")
    yield run("comment_erase", privacy.erase, "nestor@example.org")
    yield run("comment_terms", comment_settings.add_terms, install.kg, ["contrefaçon"], Term.Kind.BANNED, by=sarah)
