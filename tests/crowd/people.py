"""What one process of the crowd does: `python -m tests.crowd post 3`."""

import os
import time

from django.contrib.auth import get_user_model
from django.db import close_old_connections

from articles.models import Article
from comments.actions import moderation, posting
from comments.actions.moderation import SeenVersion
from comments.actions.posting import NewComment
from comments.models import Comment
from comments.queue import Question
from comments.states import Decision
from newsroom.lib.client import Client

POSTS = 25  # a reader's, one after the other


def post(number: int) -> None:
    """A bot of many addresses, posting as fast as it can."""
    article = Article.objects.select_related("publication").get()
    for n in range(POSTS):
        new = NewComment(f"Le mot {n} du lecteur {number}.", f"Lecteur {number}", f"reader{number}.{n}@example.org")
        posting.post(article, new, client=Client(f"2001:db8:{number}:{n}::1", 1))


def decide(number: int) -> None:
    """A moderator who saw all comments at once, and now decides about each: one approves, the other rejects."""
    article = Article.objects.select_related("publication").get()
    by = get_user_model().objects.get(username=("sarah", "thomas")[number % 2])
    decision = (Decision.APPROVE, Decision.REJECT)[number % 2]
    seen = [SeenVersion(pk, 1) for pk in Comment.objects.order_by("pk").values_list("pk", flat=True)]
    for one in seen if number % 2 else reversed(seen):
        moderation.decide(article.publication, [one], decision, by=by)
        time.sleep(0.02)  # people read


def sweep(number: int) -> None:
    """A moderator who clears the held comments in one gesture."""
    article = Article.objects.select_related("publication").get()
    by = get_user_model().objects.get(username="sarah")
    moderation.decide_all(article.publication, Question(tab="held"), Decision.REJECT, by=by)


PEOPLE = {"post": post, "decide": decide, "sweep": sweep}


def run(who: str, number: int) -> None:
    """Begins when the others do (CROWD_AT, a Unix time): processes take a while to start, and not the same while."""
    time.sleep(max(0.0, float(os.environ["CROWD_AT"]) - time.time()))
    PEOPLE[who](number)
    close_old_connections()
