"""The install that actions are run in: an article for each action, in the state that it starts from."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from articles.actions import base as base_actions
from articles.actions import editing, expunging, fronts, planning, preview_links, publishing, registry, scheduling
from articles.actions.base import log
from articles.content import Content
from articles.models import Article, Author, ImportedItem
from articles.workflow import Verb
from comments.actions.settings import stored_settings
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
class ActionRun:
    """One run of one action. `secrets` are the spellings of what an order removes."""

    name: str
    action: str
    go: Callable[[], object]
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """Two actions that are run at once."""

    name: str
    first: Callable[[], object]
    second: Callable[[], object]


class Install:
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
        for site in (self.kg, self.ia):  # a slow machine takes longer than the ten minutes in which readers may delete
            settings = stored_settings(site)
            settings.edit_minutes = 24 * 60
            settings.save()
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
        """A live article whose next revision, approved, moves it to another section, and so to another address."""
        live = self.live()
        content = replace(Content.of(live.working), section=self.games, tags=self.tags[1:], authors=self.authors[1:])
        draft = editing.save_draft(live, content, by=self.ines, change="update")
        return publishing.approve(draft, by=self.ines, revision=draft.draft_id)

    def reworded(self) -> Article:
        """A live article whose next revision, approved, moves nothing."""
        live = self.live()
        content = replace(Content.of(live.working), standfirst="Un autre chapô.")
        draft = editing.save_draft(live, content, by=self.ines, change="update")
        return publishing.approve(draft, by=self.ines, revision=draft.draft_id)

    def changing(self) -> Article:
        """A live article of which a change waits for its time."""
        article = self.reworded()
        return scheduling.schedule_change(article, by=self.thomas, revision=article.draft_id, at=self.tomorrow)

    def due(self) -> Article:
        """An article whose time has come, and it was not applied."""
        article = self.changing()
        yesterday = self.tomorrow - dt.timedelta(days=2)
        first = yesterday - dt.timedelta(days=1)
        Article.objects.filter(pk=article.pk).update(published_at=first, next_at=yesterday, due_at=yesterday)
        return article

    def ending(self) -> Article:
        """A live article that is to be withdrawn at a set time."""
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

    def with_secret(self, secret: str = SECRET) -> Article:
        """A live article that has the secret wherever an article can."""
        image = make_image(caption=f"Le bureau de {secret}")
        body = f'<p>On a vu {secret}.</p><figure data-picture="{image.pk}"></figure>'
        draft = self.draft(headline=f"{secret} parle", body=body, lead_image=image)
        draft = editing.save_draft(draft, replace(Content.of(draft.draft), kicker=secret), by=self.ines, note=secret)
        ImportedItem.objects.create(
            publication=self.kg,
            source="e.org",
            key=f"post:{draft.pk}",
            article=draft,
            digest="0",
            lost=[f"{secret} : un cadre"],
        )
        return publish(draft)

    def shown(self) -> Any:
        """An image that heads one article, stands in another's body, and is an author's portrait."""
        image = make_image(label="plage")
        publish(self.draft(lead_image=image))
        self.draft(body=f'<p>Ici.</p><figure data-picture="{image.pk}"></figure>')
        Author.objects.filter(pk=self.authors[0].pk).update(portrait=image)
        return image


def action_runs(install: Install) -> Iterator[ActionRun]:
    """Yield a run of every action, each on an article of its own."""
    actions, camille, ines, thomas, alix = registry.ACTIONS, install.camille, install.ines, install.thomas, install.alix

    def through(action: str, article: Article, name: str = "", **kwargs: Any) -> ActionRun:
        return ActionRun(name or action, action, partial(actions[action], article, **kwargs))

    yield through("submit", install.draft(), by=camille)
    yield through("take_back", install.in_review(), by=camille)
    article = install.in_review()
    yield through("request_changes", article, by=ines, revision=article.draft_id, note="Une source de plus.")
    article = install.in_review()
    yield through("approve", article, by=ines, revision=article.draft_id)
    article = install.approved()
    yield through("publish", article, by=thomas, revision=article.draft_id)
    article = install.rework()
    yield through("publish", article, "publish a change", by=thomas, revision=article.draft_id)
    article = install.in_review()
    yield through("approve_and_publish", article, by=thomas, revision=article.draft_id)
    article = install.draft(install.ia, by=install.julien)
    yield through("publish_unreviewed", article, by=install.julien, revision=article.draft_id, accept=ALL)
    article = install.approved()
    yield through("schedule", article, by=thomas, revision=article.draft_id, at=install.tomorrow)
    yield through("unschedule", install.scheduled(), by=thomas)
    article = install.unreviewed()
    yield through("mark_read", article, by=alix, revision=article.live_id)
    yield through("withdraw", install.live(), by=thomas, notice="Une source s’est rétractée.")
    yield through("reinstate", install.withdrawn(), by=thomas)

    article = install.reworded()
    yield through("schedule_change", article, by=thomas, revision=article.draft_id, at=install.tomorrow)
    later = install.tomorrow + dt.timedelta(hours=1)
    yield through("reschedule", install.scheduled(), by=thomas, at=later)
    yield through("reschedule", install.changing(), "reschedule a change", by=thomas, at=later)
    yield through("unschedule_change", install.changing(), by=thomas)
    yield through("schedule_withdrawal", install.live(), by=thomas, at=later, notice="L’offre est finie.")
    yield through("cancel_withdrawal", install.ending(), by=thomas)

    # what has no row in the table
    yield ActionRun("apply_due", "apply_due", partial(base_actions.apply_due, install.due(), timezone.now()))
    yield ActionRun("assign", "assign", partial(planning.assign, install.draft(), to=camille, by=ines, brief="Court."))
    yield ActionRun("note", "note", partial(planning.add_note, install.draft(), "Deux sources ?", by=ines))
    yield ActionRun(
        "embargo", "embargo", partial(planning.set_embargo, install.draft(), until=install.tomorrow, by=ines)
    )
    article, to_whom = install.draft(), {"for_whom": "Le studio", "until": install.tomorrow}
    yield ActionRun("share", "share", partial(preview_links.share, article, 1, by=ines, **to_whom))
    link = preview_links.share(install.draft(), 1, by=ines, **to_whom)
    yield ActionRun("revoke", "revoke", partial(preview_links.revoke, link, by=ines))
    yield ActionRun("pin", "pin", partial(fronts.pin, install.live(), on=install.kg, by=ines, until=install.tomorrow))
    yield ActionRun("unpin", "unpin", partial(fronts.unpin, install.pinned(), by=ines))
    pins = [install.pinned(), install.pinned()]
    order = [pin.pk for pin in pins]
    yield ActionRun("arrange", "arrange", partial(fronts.arrange, pins[0].slot, order, by=ines))
    hiding = partial(publishing.hide_difference, install.edited(), by=thomas, hidden=True)
    yield ActionRun("hide_difference", "hide_difference", hiding)
    yield ActionRun("place", "place", partial(publishing.place, publish(install.draft()), on=install.ia, by=alix))
    yield ActionRun("unplace", "unplace", partial(publishing.unplace, install.live(), on=install.ia, by=alix))
    yield ActionRun(
        "publish_imported", "publish_imported", partial(publishing.publish_imported, install.draft(), at=timezone.now())
    )
    content = Content("Un début", body="<p>Oui.</p>", section=install.games, tags=install.tags, authors=install.authors)
    yield ActionRun("create", "create", partial(editing.create, install.kg, content, by=camille))
    article = install.approved()
    content = replace(Content.of(article.draft), headline="Un titre corrigé")
    yield ActionRun(
        "save_draft", "save_draft", partial(editing.save_draft, article, content, by=ines, base=article.draft_id)
    )
    article = editing.save_draft(install.draft(), content, by=ines)
    yield ActionRun("restore", "restore", partial(editing.restore, article, 1, by=ines, base=article.draft_id))
    act = partial(expunging.expunge_passage, install.with_secret(), SECRET, by=alix, order="TJ Paris, 12 mai 2025")
    yield ActionRun("expunge_passage", "expunge_passage", act, SPELLINGS)
    image = install.shown()
    act = partial(expunging.expunge_image, image, by=alix, order="TJ Paris, 12 mai 2025")
    yield ActionRun("expunge_image", "expunge_image", act)


def broken_runs(install: Install) -> Iterator[ActionRun]:
    """An action that forgot its transaction: two actions of whole steps, and a half-done state between them."""
    article = install.in_review()
    broken: Any = publishing.approve_and_publish
    go = partial(broken.__wrapped__, article, by=install.thomas, revision=article.draft_id)
    yield ActionRun("approve_and_publish", "approve_and_publish", go)


def pairs_of(install: Install) -> Iterator[Pair]:
    """Yield pairs that meet on one article; last, on one address."""
    ines, thomas = install.ines, install.thomas
    actions = registry.ACTIONS

    def pair_of(action: str, article: Article, **kwargs: Any) -> Pair:
        go = partial(actions[action], article, revision=article.draft_id, **kwargs)
        return Pair(f"{action} and {action}", partial(go, by=ines), partial(go, by=thomas))

    yield pair_of("publish", install.approved())
    yield pair_of("approve_and_publish", install.in_review())
    article = install.rework()
    publishing_it = partial(actions["publish"], article, by=thomas, revision=article.draft_id)
    content = replace(Content.of(article.draft), headline="Un titre corrigé")
    saving = partial(editing.save_draft, article, content, by=ines, base=article.draft_id)
    yield Pair("publish and save_draft", publishing_it, saving)
    article = install.live()
    withdrawing = partial(actions["withdraw"], article)
    yield Pair(
        "withdraw and withdraw",
        partial(withdrawing, by=ines, notice="Une erreur."),
        partial(withdrawing, by=thomas, notice="Une source s’est rétractée."),
    )
    article = install.approved()
    scheduling_it = partial(actions["schedule"], article, by=ines, revision=article.draft_id, at=install.tomorrow)
    publishing_it = partial(actions["publish"], article, by=thomas, revision=article.draft_id)
    yield Pair("schedule and publish", scheduling_it, publishing_it)
    article = install.due()
    applying = partial(base_actions.apply_due, article, timezone.now())
    yield Pair("apply_due and apply_due", applying, applying)
    article = install.due()
    content = replace(Content.of(article.working), headline="Un titre corrigé")
    saving = partial(editing.save_draft, article, content, by=ines)
    yield Pair("apply_due and save_draft", partial(base_actions.apply_due, article, timezone.now()), saving)
    placing = partial(publishing.place, publish(install.draft()), on=install.ia)
    yield Pair("place and place", partial(placing, by=install.alix), partial(placing, by=SYSTEM))
    one, other = (install.approved(headline="Le même titre") for _ in range(2))
    yield Pair(
        "publish and publish at one address",
        partial(actions["publish"], one, by=thomas, revision=one.draft_id),
        partial(actions["publish"], other, by=thomas, revision=other.draft_id),
    )


def broken_pairs(install: Install) -> Iterator[Pair]:
    """An action that looks at the article before it locks it."""

    def withdraw(article: Article) -> None:
        article = Article.objects.get(pk=article.pk)
        if article.withdrawn_at is None:
            with transaction.atomic():
                article.withdrawn_at = timezone.now()
                article.save()
                log(Verb.WITHDRAWN, article, None)

    go = partial(withdraw, install.live())
    yield Pair("withdraw and withdraw", go, go)
