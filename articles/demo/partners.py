"""The demo's partner feeds: two that do not exist (.example is reserved), written by the same action as real ones."""

import datetime as dt
from typing import Any

from django.utils import timezone

from articles.actions import fronts
from articles.demo import cast
from articles.demo.drawing import draw
from articles.models import CardStrip, PartnerFeed
from articles.models.card_strip import StripArea, StripSource
from articles.partners import actions as partner_actions
from articles.partners import images
from articles.partners.ingest import Fresh, ingest
from articles.partners.parse import Feed, Headline
from newsroom.lib.shrink import Small
from newsroom.publications.models import Publication

SIZE = (640, 360)
ORBITES, ETABLI = "Orbites", "L’Établi numérique"
# Hours ago, title, teaser, tags, what is drawn.
HEADLINES: dict[str, tuple[tuple[float, str, str, tuple[str, ...], str], ...]] = {
    ORBITES: (
        (
            1.5, "Un télescope de poche repère sa première exoplanète",
            "Trois lycéens de Figeac ont suivi pendant quarante nuits la même étoile depuis la cour de l’internat. "
            "La courbe qu’ils ont obtenue a convaincu l’observatoire voisin.",
            ("Astronomie", "Exoplanètes"), "telescope",
        ),
        (
            7, "Pourquoi les petits lanceurs reviennent à la mer",
            "Une barge coûte moins cher qu’un pas de tir, et nul voisin ne s’y plaint. Tour d’horizon de cinq projets.",
            ("Lanceurs", "Espace"), "rocket",
        ),
        (
            26, "Des satellites qui rentrent sans laisser de trace",
            "Un alliage qui fond à plus basse température éviterait que des morceaux n’atteignent le sol.",
            ("Satellites",), "satellite",
        ),
        (
            49, "La carte des cratères de Mercure gagne mille noms",
            "Peintres, sourciers et compositrices : la liste publiée cet automne fait une place aux oubliés.",
            ("Planètes",), "planet",
        ),
    ),
    ETABLI: (
        (
            3, "Réparer un casque sans fil : ce que disent vraiment les notices",
            "Nous avons ouvert douze modèles. Quatre se laissent faire avec un tournevis et un peu de patience.",
            ("Réparation", "Audio"), "",
        ),
        (
            20, "Imprimer ses pièces détachées, mode d’emploi",
            "Du plan à la pièce montée : matériaux, tolérances, et les erreurs qui coûtent une bobine.",
            ("Impression 3D",), "",
        ),
        (
            30, "Le clavier mécanique, meuble de famille",
            "Certains passent leur clavier à leurs enfants. Rencontre avec ceux qui en refont les ressorts.",
            ("Claviers",), "",
        ),
    ),
}  # fmt: skip
CREDIT = {ORBITES: "Orbites", ETABLI: ""}
TITLE = "Chez nos partenaires"


def set_up(users: dict[str, Any]) -> None:
    """Create the feeds, their headlines and images, and the strip that shows them."""
    site, by, now = Publication.objects.get(name=cast.KULTUREGEEK), users["thomas"], timezone.now()
    feeds = []
    for number, (name, headlines) in enumerate(HEADLINES.items()):
        feed = PartnerFeed(
            publication=site, name=name, url=f"https://partenaire-{number}.example/feed/", is_polled=False
        )
        feed.credit, feed.shows_images = CREDIT[name], bool(CREDIT[name])
        feeds.append(partner_actions.save_feed(feed, by=by))
        ingest(feed, Fresh(Feed(name, "", tuple(_headline(feed, *one, now=now) for one in headlines))), now)
        for item in feed.items.exclude(image_url=""):
            image = draw(item.image_url.rpartition("/")[2], item.title, SIZE)
            images.store_image(item, Small(*SIZE, image.tobytes()))
    strip = CardStrip(
        publication=site, title=TITLE, area=StripArea.HOME, source=StripSource.PARTNERS, count=4, is_live=True
    )
    strip.feed_ids = [feed.pk for feed in feeds]
    fronts.save_strip(strip, by=by)


def _headline(
    feed: PartnerFeed, ago: float, title: str, teaser: str, tags: tuple[str, ...], scene: str, *, now: dt.datetime
) -> Headline:
    site = feed.url.removesuffix("feed/")
    url = f"{site}{title.split()[1].strip(':,').lower()}/"
    image = f"{site}{scene}" if scene else ""
    return Headline(url, url, title, teaser, now - dt.timedelta(hours=ago), image, tags)
