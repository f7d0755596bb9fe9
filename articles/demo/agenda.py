"""The demo's scheduled articles, corrections, assignments and top articles."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from articles.actions import editing, fronts, planning, publishing, scheduling
from articles.actions.checks import findings
from articles.content import Content
from articles.demo import cast
from articles.models import Article
from articles.workflow import Change
from newsroom.publications.models import Publication


@dataclass(frozen=True)
class Planned:
    """An article that is scheduled."""

    headline: str
    standfirst: str
    body: str
    section: str


PLANNED = {
    cast.KULTUREGEEK: Planned(
        "Géminides : où lever les yeux, et pourquoi il vaut mieux oublier le télescope",
        "Chaque mi-décembre, la Terre traverse la poussière d’un astéroïde. Le spectacle se regarde allongé.",
        "<p>Les étoiles filantes n’ont pas besoin d’instrument : elles traversent tout le ciel, et un télescope n’en "
        "montre qu’un confetti. Pour les Géminides, il suffit d’un endroit sombre, d’une couverture et d’une "
        "demi-heure de patience, le temps que l’œil s’habitue à la nuit.</p><h2>Un essaim à part</h2>"
        "<p>La plupart des pluies d’étoiles filantes viennent de comètes. Celle-ci vient d’un corps rocheux, Phaéthon, "
        "qui frôle le Soleil tous les dix-sept mois et y laisse un peu de lui-même. Ses grains sont denses et brillent "
        "longtemps.</p>"
        "<h2>Le bon moment</h2><p>Le maximum tombe autour du 14 décembre. Visez la seconde partie de la nuit, quand la "
        "constellation des Gémeaux est haute, et tournez le dos à la Lune si elle est levée.</p>",
        "science-espace",
    ),
    cast.IPHONEADDICT: Planned(
        "Une minute par semaine pour garder un iPhone propre, du port à l’objectif",
        "Un pinceau sec, un chiffon, et surtout pas d’air comprimé : le rituel qui évite bien des pannes supposées.",
        "<p>La moitié des « pannes de charge » que l’on nous raconte tiennent à une bourre de poche tassée au fond du "
        "port. Un cure-dent en bois, téléphone éteint, en vient à bout. L’air comprimé, lui, pousse la poussière plus "
        "loin et malmène les joints.</p><h2>L’objectif d’abord</h2><p>Un chiffon de microfibre, un souffle, trois "
        "cercles. Les photos brumeuses du soir viennent plus souvent d’une trace de doigt que du capteur.</p>",
        "astuces",
    ),
}
# What was found wrong after publication, and put right: the words, those in their place, and what readers are told.
CORRECTED = {
    cast.KULTUREGEEK: (
        "data-centers-eau-energie-chiffres",
        "annoncent moins de 1,3.",
        "annoncent moins de 1,2.",
        "Nous écrivions que les bons sites neufs annoncent un PUE inférieur à 1,3. Les derniers mis en service font "
        "mieux : l’ordre de grandeur est aujourd’hui de 1,2.",
    ),
}
UPDATED = {
    cast.KULTUREGEEK: (
        "lumignole-ferme-cloud-maison-connectee",
        "<h2>Le point de ce matin</h2><p>Lumignole promet désormais d’ouvrir le protocole de ses volets avant la fin "
        "de l’année. Les bénévoles, eux, annoncent 1 200 installations de leur micrologiciel en trois jours.</p>",
    ),
    cast.IPHONEADDICT: (
        "vol-iphone-reglages",
        "<p>Plusieurs lecteurs nous signalent que leur assureur demande une copie du numéro IMEI dès la souscription : "
        "une raison de plus de le noter aujourd’hui.</p>",
    ),
}
REWORKED = {cast.KULTUREGEEK: "robot-plieur-linge-pliane", cast.IPHONEADDICT: "test-clavier-nacre"}
PINNED = {cast.KULTUREGEEK: "qui-paie-le-logiciel-libre", cast.IPHONEADDICT: "reparer-iphone"}
ENDING = {cast.KULTUREGEEK: ("black-friday-vrai-prix-methode", "Les offres citées dans cet article ont pris fin.")}
ASSIGNED = {
    cast.KULTUREGEEK: (
        "hugo",
        "Brumeport : trois heures avec la version de travail, au chaud et sous embargo",
        "Cinq mille signes, deux captures, et un avis : on doit savoir à la fin si l’on y passerait l’hiver.",
        "Le studio confirme l’heure : rien avant, pas même une capture. @ines, tu relis dès que c’est prêt ?",
    ),
    cast.IPHONEADDICT: (
        "julien",
        "Dix ans de photos : ranger sa photothèque sans y laisser ses dimanches",
        "Une méthode en cinq étapes, testée sur une vraie photothèque de 40 000 images.",
        "Pense à dire ce que l’on peut supprimer sans crainte, et ce qu’il vaut mieux garder.",
    ),
}


def set_up(publication: Publication, users: dict[str, Any]) -> None:
    """Schedule, correct, assign and pin articles of a publication, by the same actions as the desk."""
    name, editor, publisher = publication.name, users["ines"], users["thomas"]
    live = publication.articles.filter(live__isnull=False)
    times = _times(publication)
    if name in CORRECTED:
        slug, wrong, right, notice = CORRECTED[name]
        _change(live.get(live__slug=slug), publisher, Change.CORRECTION, notice=notice, replacing=(wrong, right))
    slug, more = UPDATED[name]
    _change(live.get(live__slug=slug), publisher, Change.UPDATE, adding=more)
    _plan_change(live.get(live__slug=REWORKED[name]), editor, at=times["tomorrow morning"])
    _plan(publication, editor, at=times["tomorrow morning"])
    if name in ENDING:
        slug, notice = ENDING[name]
        scheduling.schedule_withdrawal(live.get(live__slug=slug), by=publisher, at=times["in five days"], notice=notice)
    fronts.pin(live.get(live__slug=PINNED[name]), on=publication, by=editor, until=times["in two days"])
    _assign(publication, users, deadline=times["in two days"], embargo=times["in five days"])


def _times(publication: Publication) -> dict[str, dt.datetime]:
    """Return times at half past eight, by name, in the publication's time zone."""
    today = timezone.now().astimezone(publication.zone).replace(hour=8, minute=30, second=0, microsecond=0)
    days = {"tomorrow morning": 1, "in two days": 2, "in five days": 5}
    return {words: today + dt.timedelta(days=n) for words, n in days.items()}


def _change(
    article: Article,
    by: Any,
    change: Change,
    *,
    notice: str = "",
    replacing: tuple[str, str] = ("", ""),
    adding: str = "",
) -> None:
    content = Content.of(article.working)
    wrong, right = replacing
    content = replace(content, body=(content.body.replace(wrong, right) if wrong else content.body) + adding)
    article = editing.save_draft(article, content, by=by, change=change, notice=notice)
    assert article.draft_id is not None, "it says something new"
    publishing.approve_and_publish(article, by=by, revision=article.draft_id, accept=known(article))


def _plan_change(article: Article, by: Any, *, at: dt.datetime) -> None:
    content = replace(Content.of(article.working), kicker="Nouvelles mesures")
    article = editing.save_draft(article, content, by=by, change=Change.UPDATE)
    article = publishing.approve(article, by=by, revision=article.draft_id or 0)
    scheduling.schedule_change(article, by=by, revision=article.draft_id or 0, at=at, accept=known(article))


def _plan(publication: Publication, by: Any, *, at: dt.datetime) -> None:
    words = PLANNED[publication.name]
    model = Content.of(publication.articles.live(timezone.now()).filter(live__section__slug=words.section)[0].working)
    content = replace(
        model, kind="news", slug="", kicker="", seo_title="", seo_description="", tags=(),
        headline=words.headline, standfirst=words.standfirst, body=words.body,
    )  # fmt: skip
    article = editing.create(publication, content, by=by)
    article = publishing.approve(article, by=by, revision=article.draft_id or 0)
    scheduling.schedule(article, by=by, revision=article.draft_id or 0, at=at, accept=known(article))


def _assign(publication: Publication, users: dict[str, Any], *, deadline: dt.datetime, embargo: dt.datetime) -> None:
    username, headline, brief, note = ASSIGNED[publication.name]
    article = editing.create(publication, Content(headline), by=users["ines"])
    article = planning.assign(article, to=users[username], by=users["ines"], deadline=deadline, brief=brief)
    planning.set_embargo(article, until=embargo, by=users["ines"])
    planning.add_note(article, note, by=users["thomas"])


def known(article: Article) -> set[str]:
    """Return the findings of the checks on a draft, which the demo accepts."""
    assert article.draft is not None
    return {finding.key for finding in findings(Content.of(article.draft), article, timezone.now())}
