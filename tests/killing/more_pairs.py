"""Pairs of actions at once: on tags, on the pins of one slot, on comments, and an order to expunge meeting the desk."""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.utils import timezone

from articles.actions import expunging, fronts, taxonomy
from articles.models import Tag
from articles.workflow import Finding, Refused
from comments.actions import moderation, posting, privacy, reporting
from comments.actions.moderation import SeenVersion
from comments.actions.posting import MAX_A_MINUTE_FROM_ONE_SOURCE, NewComment
from comments.models import Comment
from comments.refusals import Refused as CommentRefused
from comments.states import Decision
from newsroom.lib.client import Client
from newsroom.lib.text import fold
from newsroom.publications.permissions import SYSTEM
from tests.factories import make_tags
from tests.killing.install import Install, Pair

HOME, OFFICE, CAFE = Client("203.0.113.7", 50112), Client("198.51.100.20", 40000), Client("192.0.2.33", 41000)
NAME = "Marc Durandal"  # not the one that the killed action removes
ORDER = "TJ Paris, 12 mai 2025"


def article_pairs(install: Install) -> Iterator[Pair]:
    """Pairs that meet on tags and on the pins of one slot."""
    stale, into = make_tags("Fusée", "Lanceur")
    stale.description = "Une description écrite avant la fusion."
    yield Pair(
        "save_tag and merge_tags",
        partial(taxonomy.save_tag, stale, by=SYSTEM),
        partial(taxonomy.merge_tags, Tag.objects.get(pk=stale.pk), into, by=SYSTEM),
    )
    one, other = make_tags("Lune", "Satellite naturel")
    yield Pair(
        "merge_tags and merge_tags",
        partial(taxonomy.merge_tags, one, other, by=SYSTEM),
        partial(taxonomy.merge_tags, other, one, by=SYSTEM),
    )
    section = install.games
    for _number in range(fronts.MAX_PINS - 1):
        fronts.pin(install.live(), on=install.kg, by=install.ines, until=install.tomorrow, section=section)
    pin = partial(fronts.pin, on=install.kg, until=install.tomorrow, section=section)
    yield Pair(
        "pin and pin at the limit",
        partial(pin, install.live(), by=install.ines),
        partial(pin, install.live(), by=install.thomas),
    )


def comment_pairs(install: Install) -> Iterator[Pair]:
    """Pairs that meet on comments."""

    def post(article: Any, text: str, name: str, client: Client = HOME) -> Comment:
        return posting.post(article, NewComment(text, name, email=f"{fold(name)}@example.org"), client=client)

    def refusing(action: Callable[[], Any]) -> Callable[[], Any]:
        """Turn refusals of comments, and a decision that changed nothing, into the refusal that processes report."""

        def act() -> Any:
            try:
                outcome = action()
            except CommentRefused as refused:
                raise Refused([Finding("comment", str(refused))]) from refused
            if isinstance(outcome, moderation.Outcome) and outcome.refused:
                raise Refused([Finding("comment", " ".join(outcome.refused.values()))])
            return outcome

        return act

    def deciding(comment: Comment, decision: Decision, by: Any) -> Callable[[], Any]:
        seen = [SeenVersion(comment.pk, comment.version)]
        return refusing(partial(moderation.decide, install.kg, seen, decision, by=by))

    article = install.live()
    for number in range(MAX_A_MINUTE_FROM_ONE_SOURCE - 1):
        post(article, f"Un avis, le numéro {number}.", "Zoé")
    # The pair is run minutes later: dated ahead, they still count as those of the last minute.
    Comment.objects.filter(article=article).update(posted_at=timezone.now() + dt.timedelta(hours=1))
    yield Pair(
        "post and post at the limit",
        refusing(partial(post, article, "Un premier avis de trop.", "Zoé")),
        refusing(partial(post, article, "Un second avis de trop.", "Léa")),
    )
    article = install.live()
    sarah, alix = install.sarah, install.alix

    comment = post(article, "Un avis à juger deux fois.", "Léa", OFFICE)
    yield Pair(
        "decide and decide",
        deciding(comment, Decision.REJECT, sarah),
        deciding(comment, Decision.SPAM, alix),
    )
    comment = post(article, "Un avis rejeté à tort.", "Léa", OFFICE)
    outcome = moderation.decide(install.kg, [SeenVersion(comment.pk, comment.version)], Decision.REJECT, by=sarah)
    comment.refresh_from_db()
    yield Pair(
        "undo and decide",
        refusing(partial(moderation.undo, outcome.batch, by=sarah)),
        deciding(comment, Decision.SPAM, alix),
    )
    comment = post(article, "Un avis que son auteur retire.", "Léa", OFFICE)
    yield Pair("delete and decide", refusing(partial(posting.delete, comment)), deciding(comment, Decision.HOLD, sarah))
    # From a source of her own: a rate that is read before an erasing commits counts what it erases, in neither order.
    post(article, "Un avis à effacer.", "Nora", CAFE)
    yield Pair(
        "erase and post",
        partial(privacy.erase, "nora@example.org"),
        refusing(partial(post, article, "Un avis de plus.", "Nora", CAFE)),
    )
    secretive = install.with_secret(NAME)
    comment = post(secretive, f"J’ai vu {NAME} hier.", "Léa", OFFICE)
    reporting.report(
        comment,
        reporting.Notice("insult", f"{NAME} est nommé.", "Ana", "ana@example.org", in_good_faith=True),
        client=HOME,
    )
    yield Pair(
        "expunge_passage and decide",
        partial(expunging.expunge_passage, secretive, NAME, by=alix, order=ORDER),
        deciding(comment, Decision.REJECT, sarah),
    )
