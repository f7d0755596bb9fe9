"""One of everything that the desk keeps, in KultureGeek, for test_reading.py.

Each has a word that stands nowhere else, and names the verb that whoever reads it must have.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.actions import editing, fronts, planning, preview_links, publishing, scheduling, taxonomy
from articles.content import Content
from articles.models import Article, CardStrip, Expunging, FrontPageSlot, ImportedItem, PartnerFeed, Section
from articles.models.card_strip import StripSource
from comments.actions import inbox, messages
from comments.actions.messages import NewMessage
from comments.actions.settings import stored_settings
from comments.models import BlockedSender, ModerationBatch, Term, ThreadPolicy
from comments.states import Decision, Subject
from newsroom.accounts.actions import invitations
from newsroom.accounts.models import AccountEvent, Colleague
from newsroom.audience import writing as visits
from newsroom.comparator.actions import merchants, products
from newsroom.comparator.models import Merchant, MerchantFeed, Offer, Product
from newsroom.pagecache.models import EdgeState
from newsroom.publications.models import Publication, Role
from newsroom.publications.permissions import SYSTEM, may
from newsroom.worker import mail
from newsroom.worker.models import Mail, Recurring, Worker
from tests.base import NewsroomTestCase
from tests.comments.base import HOME
from tests.factories import (
    make_author,
    make_draft,
    make_feed,
    make_headline,
    make_image,
    make_section,
    make_tags,
    publish,
)

SUPERUSER = "superuser"  # in the place of a verb: what whoever runs the install reads, and nobody else
SEARCHED = "zq"  # all words begin with it: a page that repeats what was searched for tells nothing
LONG = dt.timedelta(days=20)


@dataclass(frozen=True)
class Secret:
    """A word, what it stands in, and who may read it. `where` is None for what all publications share."""

    word: str
    verb: str
    where: Publication | None

    def is_for(self, person: Any) -> bool:
        return bool(person.is_superuser if self.verb == SUPERUSER else may(person, self.verb, self.where))


@dataclass
class Planted:
    """The secrets, and the rows that they stand in: their pages are asked for."""

    secrets: list[Secret] = field(default_factory=list)
    rows: list[Model] = field(default_factory=list)

    def word(self, name: str, verb: str, where: Publication | None) -> str:
        word = f"{SEARCHED}{name}"
        assert all(word not in secret.word and secret.word not in word for secret in self.secrets), word
        self.secrets.append(Secret(word, verb, where))
        return word


def plant(test: NewsroomTestCase, people: list[Any]) -> Planted:
    planted = Planted()
    kg = test.kg

    def of_kg(name: str, verb: str) -> str:
        return planted.word(name, verb, kg)

    articles = _articles(test, of_kg)
    planted.rows += articles
    planted.rows += _network(test, of_kg, articles, people)
    planted.rows += _people(test, of_kg)
    planted.rows += _comments(test, of_kg, articles[0])
    planted.rows += _messages(test, of_kg)
    planted.rows += _shared(test, planted.word)
    planted.rows += _comparator(planted.word)
    planted.rows += _engine_room(test, planted.word)
    kg.description = of_kg("publication", "publication.view")
    kg.save()
    planted.rows.append(kg)
    return planted


OfKg = Callable[[str, str], str]
Word = Callable[[str, str, Publication | None], str]


def _articles(test: NewsroomTestCase, of_kg: OfKg) -> list[Any]:
    """A draft with all that the desk wrote about it; one that is scheduled, one that readers have and is reworked."""
    kg, view, soon = test.kg, "article.view", timezone.now() + dt.timedelta(hours=3)
    image = make_image(label="plage")
    draft = make_draft(
        kg, of_kg("headline", view), by=test.camille, standfirst=of_kg("standfirst", view),
        body=f"<p>{of_kg('firstbody', view)}</p>", lead_image=image,
    )  # fmt: skip
    content = replace(Content.of(draft.draft), body=f"<p>{of_kg('body', view)}</p>", kicker=of_kg("kicker", view))
    draft = editing.save_draft(draft, content, by=test.camille, note=of_kg("revisionnote", view))
    planning.add_note(draft, of_kg("desknote", view), by=test.ines)
    planning.assign(draft, to=test.camille, by=test.ines, deadline=soon, brief=of_kg("brief", view))
    preview_links.share(draft, 2, by=test.ines, for_whom=of_kg("forwhom", view), until=timezone.now() + LONG)
    draft = publishing.submit(Article.objects.get(pk=draft.pk), by=test.camille)
    note = of_kg("sentback", view)
    draft = publishing.request_changes(draft, by=test.ines, revision=draft.draft_id, note=note)
    lost = [of_kg("lost", view)]
    ImportedItem.objects.create(publication=kg, source="e.org", key="post:1", article=draft, digest="0", lost=lost)
    # Of what was ordered removed nothing but the order is left.
    order = of_kg("order", "article.expunge")
    Expunging.objects.create(what=Expunging.What.PASSAGE, article=draft, order=order, at=timezone.now())

    ready = make_draft(kg, of_kg("scheduled", view), by=test.camille, lead_image=image, authors=(make_author("Hugo"),))
    ready = publishing.approve(ready, by=test.ines, revision=ready.draft_id)
    accept = frozenset({"standfirst", "lead_image", "byline"})
    ready = scheduling.schedule(ready, by=test.thomas, revision=ready.draft_id, at=soon, accept=accept)
    fronts.pin(ready, on=kg, by=test.thomas, until=timezone.now() + LONG)

    live = publish(make_draft(kg, "Un titre que tous lisent", by=test.camille, lead_image=image))
    publishing.place(live, on=test.ia, by=SYSTEM)
    content = replace(Content.of(live.working), headline=of_kg("reworked", view))
    live = editing.save_draft(live, content, by=test.ines, change="update")
    for publication in (kg, test.ia):
        fronts.pin(live, on=publication, by=SYSTEM, until=timezone.now() + LONG)
    visits.add({live.pk: 7}, timezone.now())
    return [draft, ready, live, image]


def _network(test: NewsroomTestCase, of_kg: OfKg, articles: list[Any], people: list[Any]) -> list[Any]:
    """A strip that no reader sees yet, a partner's feed with a hidden headline; and a strip of the sister's that names
    articles of KultureGeek."""
    kg = test.kg
    strip = CardStrip(
        publication=kg, title=of_kg("strip", "stream.change"), source=StripSource.PICKED, article_ids=[articles[1].pk]
    )
    theirs = CardStrip(
        publication=test.ia, title="Une bande", source=StripSource.PICKED, article_ids=[row.pk for row in articles[:3]]
    )
    strips = [fronts.save_strip(row, by=SYSTEM) for row in (strip, theirs)]
    feed = make_feed(kg, of_kg("feed", "partner.view"))
    make_headline(feed, of_kg("partnerstitle", "partner.view"))
    PartnerFeed.objects.filter(pk=feed.pk).update(
        failures=9, trouble="status", detail=of_kg("detail", "partner.view"),
        skipped=[["title", of_kg("skipped", "partner.view")]],
    )  # fmt: skip
    rows = [*strips, feed, fronts.subscribe(kg, test.ia, by=SYSTEM), *FrontPageSlot.objects.all()]
    # What everybody here did to it once, whatever they may do today.
    words = of_kg("logged", "partner.view")
    for person in people:
        LogEntry.objects.create(
            user=person, content_type=ContentType.objects.get_for_model(PartnerFeed), object_id=str(feed.pk),
            object_repr=str(feed), action_flag=CHANGE, change_message=words,
        )  # fmt: skip
    return rows


def _people(test: NewsroomTestCase, of_kg: OfKg) -> list[Any]:
    """A colleague, an invitation, and what the log says of it."""
    person = test.person("zelda", (test.kg, Role.WRITER))
    type(person).objects.filter(pk=person.pk).update(email=f"{of_kg('mailof', 'people.view')}@example.org")
    invited = f"{of_kg('invited', 'people.view')}@example.org"
    invitations.invite(test.kg, email=invited, roles=[Role.WRITER], by=test.thomas)
    return [Colleague.people.get(pk=person.pk), AccountEvent.objects.get(publication=test.kg, kind="invited")]


def _comments(test: NewsroomTestCase, of_kg: OfKg, draft: Article) -> list[Any]:
    kg, now = test.kg, timezone.now()
    term = Term.objects.create(publication=kg, text=of_kg("term", "comment.screen"), folded=f"{SEARCHED}term")
    block = BlockedSender.objects.create(
        publication=kg, what="email", key="0" * 32, reason=of_kg("blocked", "comment.screen"), at=now
    )
    batch = ModerationBatch.objects.create(
        publication=kg, by=test.sarah, decision=Decision.REJECT, at=now, reason=of_kg("decision", "comment.view")
    )
    policy = ThreadPolicy.objects.create(publication=kg, article=draft, closes_after=3)
    return [term, block, batch, policy, stored_settings(kg)]


def _messages(test: NewsroomTestCase, of_kg: OfKg) -> list[Any]:
    """A message about nothing of anybody's, and a note: read by who has all of the inbox, and by nobody who has only
    what is their own there."""
    words = {name: of_kg(f"message{name}", "message.assign") for name in ("text", "name", "note")}
    new = NewMessage(Subject.GENERAL, words["text"], words["name"], "lea@example.org", took=60)
    message = messages.receive(test.kg, new, client=HOME)
    return [inbox.add_note(message, words["note"], by=test.ines)]


def _shared(test: NewsroomTestCase, word: Word) -> list[Any]:
    """What all publications share, for whoever works for one; and a section, which is KultureGeek's."""
    image = make_image(label=word("label", "image.view", None), caption=word("caption", "image.view", None))
    author = make_author("Un nom", biography=word("biography", "author.view", None))
    (tag,) = make_tags(word("tag", "tag.view", None))
    section = make_section(test.kg, "Cuisine", "cuisine")
    section.description = word("section", "section.view", test.kg)
    taxonomy.save_section(section, by=SYSTEM)
    assert isinstance(section, Section)
    return [image, author, tag, section]


def _comparator(word: Word) -> list[Any]:
    """A merchant, its feed that failed, a product, and an offer that waits for a person."""
    now, view = timezone.now(), "merchant.view"
    merchant = Merchant(name="Électro-Bastide", url=f"https://{word('shopsite', view, None)}.example/")
    merchants.save_merchant(merchant, by=SYSTEM)
    feed = MerchantFeed(merchant=merchant, url=f"https://{word('hisfile', view, None)}.example/offres.csv", due_at=now)
    feed.trouble, feed.detail, feed.failures = "status", word("trouble", view, None), 1
    feed.skipped = [["price", word("nottaken", view, None)]]
    feed.save()
    product = products.save_product(Product(name=word("gadget", "product.view", None)), by=SYSTEM)
    offer = Offer.objects.create(
        merchant=merchant, merchant_key="1", title=word("bargain", "product.view", None), price_cents=1, total_cents=1,
        currency="EUR", availability="in_stock", url="https://m.example/", seen_at=now, leaves_at=now, match="unsure",
    )  # fmt: skip
    return [merchant, feed, product, offer]


def _engine_room(test: NewsroomTestCase, word: Word) -> list[Any]:
    for key, publication, verb in (("kg", test.kg, "mail.view"), ("none", None, SUPERUSER)):
        words = {name: word(f"mail{name}{key}", verb, publication) for name in ("subject", "body")}
        mail.post(key, to="camille@example.org", publication=publication, **words)
    Mail.objects.update(state=Mail.State.UNCERTAIN)
    DBTaskResult.objects.update(status="FAILED", traceback=word("traceback", SUPERUSER, None))
    Worker.objects.create(
        pk="w", host=word("host", SUPERUSER, None), pid=1, started_at=timezone.now(), seen_at=timezone.now()
    )
    job = Recurring.objects.create(name=word("job", SUPERUSER, None), due_at=timezone.now())
    edge = EdgeState.objects.create(edge=word("edge", SUPERUSER, None), error=word("error", SUPERUSER, None))
    stranger = test.person(word("username", SUPERUSER, None))
    task = DBTaskResult.objects.first()
    assert task is not None
    return [*Mail.objects.all(), task, job, edge, Worker.objects.get(pk="w"), stranger]
