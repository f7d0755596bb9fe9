"""The house that doors are gone through in: an article for each of them, at the stage that the door opens from."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from articles.actions import base as doors_of
from articles.actions import editing, expunging, fronts, planning, preview_links, publishing, registry, scheduling
from articles.actions.base import log
from articles.content import Content
from articles.models import Article, Author, ImportedItem
from articles.workflow import Verb
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_author, make_draft, make_image, make_tags, publish

ALL = frozenset({"standfirst", "lead_image", "byline"})  # what the checks ask, and their publisher knows
SECRET = "Jean Valdés"
SPELLINGS = ("jean valdés", "jean valdes", "jean-valdes")
# No two alike, so that no article is taken for a sister site's.
WORDS = (
    "robot casque fusée clavier montre drone écran batterie console serveur satellite voiture four lampe "
    "vélo tablette enceinte micro caméra imprimante routeur chargeur câble souris projecteur balance "
    "sonnette volet thermostat prise ampoule aspirateur tondeuse portail alarme serrure radio platine "
    "ampli guitare piano appareil objectif trépied loupe boussole altimètre pluviomètre girouette "
    "baromètre télescope microscope scanner laser moteur pompe turbine éolienne panneau pile aimant "
    "bobine relais capteur compteur jauge vanne filtre ventilateur radiateur chaudière climatiseur frigo "
    "lave-linge grille-pain bouilloire cafetière mixeur"
).split()


@dataclass(frozen=True)
class Walk:
    """One way through one door. `secrets` are the spellings of what an order removes."""

    name: str
    door: str
    go: Callable[[], object]
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """Two who go through a door at once."""

    name: str
    first: Callable[[], object]
    second: Callable[[], object]


class House:
    """The publications and people of tests/base.py, and makers of articles."""

    kg: Any
    ia: Any
    games: Any
    camille: Any
    ines: Any
    thomas: Any
    sarah: Any
    julien: Any
    alix: Any
    person = staticmethod(NewsroomTestCase.person)

    def __init__(self) -> None:
        NewsroomTestCase.setUpTestData.__func__(type(self))  # type: ignore[attr-defined]
        self.tags = make_tags("Robot", "Énergie", "Espace")
        self.authors = (make_author("Hugo Lemaire"), make_author("Inès Benali"))
        self.image = make_image()
        self.tomorrow = timezone.now() + dt.timedelta(days=1)
        self.numbers = count()

    def draft(self, publication: Any = None, **fields: Any) -> Article:
        number = next(self.numbers)
        headline = f"Un {WORDS[number % len(WORDS)]} numéro {number}"
        fields = {
            "by": self.camille,
            "tags": self.tags[:2],
            "authors": self.authors,
            "lead_image": self.image,
            **fields,
        }
        return make_draft(publication or self.kg, fields.pop("headline", headline), standfirst="Un chapô.", **fields)

    def in_review(self) -> Article:
        return publishing.submit(self.draft(), by=self.camille)

    def approved(self, **fields: Any) -> Article:
        draft = self.draft(**fields)
        return publishing.approve(draft, by=self.ines, revision=draft.draft_id)

    def live(self, **fields: Any) -> Article:
        """An article that readers have, on a sister site too."""
        return publishing.place(publish(self.draft(**fields)), on=self.ia, by=SYSTEM)

    def rework(self) -> Article:
        """A live article whose next version, approved, moves it to another section, and so to another address."""
        live = self.live()
        content = replace(Content.of(live.working), section=self.games, tags=self.tags[1:], authors=self.authors[1:])
        draft = editing.save_draft(live, content, by=self.ines, change="update")
        return publishing.approve(draft, by=self.ines, revision=draft.draft_id)

    def reworded(self) -> Article:
        """A live article whose next version, approved, moves nothing."""
        live = self.live()
        content = replace(Content.of(live.working), standfirst="Un autre chapô.")
        draft = editing.save_draft(live, content, by=self.ines, change="update")
        return publishing.approve(draft, by=self.ines, revision=draft.draft_id)

    def changing(self) -> Article:
        """A live article of which a change waits for its hour."""
        article = self.reworded()
        return scheduling.schedule_change(article, by=self.thomas, revision=article.draft_id, at=self.tomorrow)

    def due(self) -> Article:
        """An article whose hour has come, and nobody has folded it."""
        article = self.changing()
        yesterday = self.tomorrow - dt.timedelta(days=2)
        first = yesterday - dt.timedelta(days=1)
        Article.objects.filter(pk=article.pk).update(published_at=first, next_at=yesterday, due_at=yesterday)
        return article

    def ending(self) -> Article:
        """A live article that is to be withdrawn at an hour."""
        return scheduling.schedule_withdrawal(
            self.live(), by=self.thomas, at=self.tomorrow, notice="L’offre est finie."
        )

    def pinned(self) -> Any:
        return fronts.pin(self.live(), on=self.kg, by=self.ines, until=self.tomorrow)

    def edited(self) -> Any:
        """The edition of a live article's last change."""
        article = self.reworded()
        return publishing.publish(article, by=self.thomas, revision=article.draft_id).editions.get(change="update")

    def scheduled(self) -> Article:
        article = self.approved()
        return scheduling.schedule(article, by=self.thomas, revision=article.draft_id, at=self.tomorrow)

    def unreviewed(self) -> Article:
        draft = self.draft(self.ia, by=self.julien)
        return publishing.publish_unreviewed(draft, by=self.julien, revision=draft.draft_id, accept=ALL)

    def withdrawn(self) -> Article:
        return publishing.withdraw(self.live(), by=self.thomas, notice="Une source s’est rétractée.")

    def telling(self) -> Article:
        """A live article that tells SECRET wherever an article can."""
        image = make_image(caption=f"Le bureau de {SECRET}")
        body = f'<p>On a vu {SECRET}.</p><figure data-picture="{image.pk}"></figure>'
        draft = self.draft(headline=f"{SECRET} parle", body=body, lead_image=image)
        draft = editing.save_draft(draft, replace(Content.of(draft.draft), kicker=SECRET), by=self.ines, note=SECRET)
        ImportedItem.objects.create(
            publication=self.kg, source="e.org", key="post:1", article=draft, digest="0", lost=[f"{SECRET} : un cadre"]
        )
        return publish(draft)

    def shown(self) -> Any:
        """A picture that heads one article, stands in another's body, and is an author's portrait."""
        image = make_image(label="plage")
        publish(self.draft(lead_image=image))
        self.draft(body=f'<p>Ici.</p><figure data-picture="{image.pk}"></figure>')
        Author.objects.filter(pk=self.authors[0].pk).update(portrait=image)
        return image


def walks_of(house: House) -> Iterator[Walk]:
    """Every door, each with an article of its own."""
    doors, camille, ines, thomas, alix = registry.ACTIONS, house.camille, house.ines, house.thomas, house.alix

    def through(door: str, article: Article, name: str = "", **said: Any) -> Walk:
        return Walk(name or door, door, partial(doors[door], article, **said))

    yield through("submit", house.draft(), by=camille)
    yield through("take_back", house.in_review(), by=camille)
    article = house.in_review()
    yield through("request_changes", article, by=ines, revision=article.draft_id, note="Une source de plus.")
    article = house.in_review()
    yield through("approve", article, by=ines, revision=article.draft_id)
    article = house.approved()
    yield through("publish", article, by=thomas, revision=article.draft_id)
    article = house.rework()
    yield through("publish", article, "publish a change", by=thomas, revision=article.draft_id)
    article = house.in_review()
    yield through("approve_and_publish", article, by=thomas, revision=article.draft_id)
    article = house.draft(house.ia, by=house.julien)
    yield through("publish_unreviewed", article, by=house.julien, revision=article.draft_id, accept=ALL)
    article = house.approved()
    yield through("schedule", article, by=thomas, revision=article.draft_id, at=house.tomorrow)
    yield through("unschedule", house.scheduled(), by=thomas)
    article = house.unreviewed()
    yield through("mark_read", article, by=alix, revision=article.live_id)
    yield through("withdraw", house.live(), by=thomas, notice="Une source s’est rétractée.")
    yield through("reinstate", house.withdrawn(), by=thomas)

    article = house.reworded()
    yield through("schedule_change", article, by=thomas, revision=article.draft_id, at=house.tomorrow)
    later = house.tomorrow + dt.timedelta(hours=1)
    yield through("reschedule", house.scheduled(), by=thomas, at=later)
    yield through("reschedule", house.changing(), "reschedule a change", by=thomas, at=later)
    yield through("unschedule_change", house.changing(), by=thomas)
    yield through("schedule_withdrawal", house.live(), by=thomas, at=later, notice="L’offre est finie.")
    yield through("cancel_withdrawal", house.ending(), by=thomas)

    # what has no row in the table
    yield Walk("apply_due", "apply_due", partial(doors_of.apply_due, house.due(), timezone.now()))
    yield Walk("assign", "assign", partial(planning.assign, house.draft(), to=camille, by=ines, brief="Court."))
    yield Walk("note", "note", partial(planning.add_note, house.draft(), "Deux sources ?", by=ines))
    yield Walk("embargo", "embargo", partial(planning.set_embargo, house.draft(), until=house.tomorrow, by=ines))
    article, to_whom = house.draft(), {"for_whom": "Le studio", "until": house.tomorrow}
    yield Walk("share", "share", partial(preview_links.share, article, 1, by=ines, **to_whom))
    link = preview_links.share(house.draft(), 1, by=ines, **to_whom)
    yield Walk("revoke", "revoke", partial(preview_links.revoke, link, by=ines))
    yield Walk("pin", "pin", partial(fronts.pin, house.live(), on=house.kg, by=ines, until=house.tomorrow))
    yield Walk("unpin", "unpin", partial(fronts.unpin, house.pinned(), by=ines))
    pins = [house.pinned(), house.pinned()]
    order = [pin.pk for pin in pins]
    yield Walk("arrange", "arrange", partial(fronts.arrange, pins[0].slot, order, by=ines))
    hiding = partial(publishing.hide_difference, house.edited(), by=thomas, hidden=True)
    yield Walk("hide_difference", "hide_difference", hiding)
    yield Walk("place", "place", partial(publishing.place, publish(house.draft()), on=house.ia, by=alix))
    yield Walk("unplace", "unplace", partial(publishing.unplace, house.live(), on=house.ia, by=alix))
    yield Walk(
        "publish_imported", "publish_imported", partial(publishing.publish_imported, house.draft(), at=timezone.now())
    )
    content = Content("Un début", body="<p>Oui.</p>", section=house.games, tags=house.tags, authors=house.authors)
    yield Walk("create", "create", partial(editing.create, house.kg, content, by=camille))
    article = house.approved()
    content = replace(Content.of(article.draft), headline="Un titre corrigé")
    yield Walk(
        "save_draft", "save_draft", partial(editing.save_draft, article, content, by=ines, base=article.draft_id)
    )
    article = editing.save_draft(house.draft(), content, by=ines)
    yield Walk("restore", "restore", partial(editing.restore, article, 1, by=ines, base=article.draft_id))
    act = partial(expunging.expunge_passage, house.telling(), SECRET, by=alix, order="TJ Paris, 12 mai 2025")
    yield Walk("expunge_passage", "expunge_passage", act, SPELLINGS)
    image = house.shown()
    act = partial(expunging.expunge_picture, image, by=alix, order="TJ Paris, 12 mai 2025")
    yield Walk("expunge_picture", "expunge_picture", act)


def broken_walks(house: House) -> Iterator[Walk]:
    """A door that forgot its transaction: two doors of whole steps, and a half-done state between them."""
    article = house.in_review()
    broken: Any = publishing.approve_and_publish
    go = partial(broken.__wrapped__, article, by=house.thomas, revision=article.draft_id)
    yield Walk("approve_and_publish", "approve_and_publish", go)


def pairs_of(house: House) -> Iterator[Pair]:
    """Two who meet on one article; last, on one address."""
    ines, thomas = house.ines, house.thomas
    doors = registry.ACTIONS

    def both(door: str, article: Article, **said: Any) -> Pair:
        go = partial(doors[door], article, revision=article.draft_id, **said)
        return Pair(f"{door} and {door}", partial(go, by=ines), partial(go, by=thomas))

    yield both("publish", house.approved())
    yield both("approve_and_publish", house.in_review())
    article = house.rework()
    publishing_it = partial(doors["publish"], article, by=thomas, revision=article.draft_id)
    content = replace(Content.of(article.draft), headline="Un titre corrigé")
    saving = partial(editing.save_draft, article, content, by=ines, base=article.draft_id)
    yield Pair("publish and save_draft", publishing_it, saving)
    article = house.live()
    withdrawing = partial(doors["withdraw"], article)
    yield Pair(
        "withdraw and withdraw",
        partial(withdrawing, by=ines, notice="Une erreur."),
        partial(withdrawing, by=thomas, notice="Une source s’est rétractée."),
    )
    article = house.approved()
    setting_an_hour = partial(doors["schedule"], article, by=ines, revision=article.draft_id, at=house.tomorrow)
    publishing_it = partial(doors["publish"], article, by=thomas, revision=article.draft_id)
    yield Pair("schedule and publish", setting_an_hour, publishing_it)
    article = house.due()
    folding = partial(doors_of.apply_due, article, timezone.now())
    yield Pair("apply_due and apply_due", folding, folding)
    article = house.due()
    content = replace(Content.of(article.working), headline="Un titre corrigé")
    saving = partial(editing.save_draft, article, content, by=ines)
    yield Pair("apply_due and save_draft", partial(doors_of.apply_due, article, timezone.now()), saving)
    placing = partial(publishing.place, publish(house.draft()), on=house.ia)
    yield Pair("place and place", partial(placing, by=house.alix), partial(placing, by=SYSTEM))
    one, other = (house.approved(headline="Le même titre") for _ in range(2))
    yield Pair(
        "publish and publish at one address",
        partial(doors["publish"], one, by=thomas, revision=one.draft_id),
        partial(doors["publish"], other, by=thomas, revision=other.draft_id),
    )


def broken_pairs(house: House) -> Iterator[Pair]:
    """A door that looks at the article before it locks it."""

    def withdraw(article: Article) -> None:
        article = Article.objects.get(pk=article.pk)
        if article.withdrawn_at is None:
            with transaction.atomic():
                article.withdrawn_at = timezone.now()
                article.save()
                log(Verb.WITHDRAWN, article, None)

    go = partial(withdraw, house.live())
    yield Pair("withdraw and withdraw", go, go)
