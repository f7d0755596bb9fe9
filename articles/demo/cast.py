"""The publications, people and bylines of the demo. Invented, but for the names of the sites."""

from dataclasses import dataclass

from newsroom.publications.models import Face, Role
from newsroom.timestamps import DateStyle

PASSWORD = "newsroom"  # noqa: S105 (the demo's, printed by the README; a production start refuses on it)
KULTUREGEEK, IPHONEADDICT = "KultureGeek", "iPhoneAddict"

PUBLICATIONS = [
    {
        "name": KULTUREGEEK,
        "domain": "kulturegeek.localhost",
        "tagline": "L’actualité geek et high-tech",
        "description": "Smartphones, intelligence artificielle, jeux vidéo, séries et science : "
        "l’actualité qui fait avancer le monde numérique.",
        "accent": "#d6204e",
        "face": Face.GROTESQUE,
        "date_style": DateStyle.BULLET,
        "permalink": "{section}/{slug}/",
        "contact_email": "contact@kulturegeek.localhost",
        "review_required": True,
        "position": 1,
    },
    {
        "name": IPHONEADDICT,
        "domain": "iphoneaddict.localhost",
        "tagline": "Tout pour qui vit avec un iPhone",
        "description": "iPhone, iPad, Mac, Apple Watch : astuces, essais et nouvelles, tous les jours.",
        "accent": "#1769d2",
        "face": Face.ROUNDED,
        "date_style": DateStyle.LONG,
        "permalink": "{year}/{month}/{slug}/",
        "contact_email": "contact@iphoneaddict.localhost",
        "review_required": False,
        "position": 2,
    },
]
# What each site mixes into its latest articles: (site, sister, section's slug; "" for all).
SUBSCRIPTIONS = ((KULTUREGEEK, IPHONEADDICT, ""), (IPHONEADDICT, KULTUREGEEK, "smartphones"))
# Strips of cards: (site, title, area, of, sections' slugs, tags, how many).
STRIPS = (
    (KULTUREGEEK, "Les dernières actus Apple sur iPhoneAddict", "home", IPHONEADDICT, (), (), 4),
    (KULTUREGEEK, "Sur iPhoneAddict", "after", IPHONEADDICT, (), (), 4),
    (IPHONEADDICT, "Ailleurs : la tech sur KultureGeek", "home", KULTUREGEEK, (), (), 4),
)
# What answers on this machine's own name too, without sending readers on.
LOCAL_ALIAS = (KULTUREGEEK, "localhost")
EXPORTS = {KULTUREGEEK: "kulturegeek.xml", IPHONEADDICT: "iphoneaddict.xml"}


@dataclass(frozen=True)
class Person:
    """An account of the demo, and where it works."""

    username: str
    first_name: str
    last_name: str
    roles: tuple[tuple[str, Role], ...] = ()
    is_superuser: bool = False
    position: str = ""
    biography: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


PEOPLE = [
    Person("admin", "Alix", "Fontaine", is_superuser=True),
    Person(
        "camille", "Camille", "Roussel", ((KULTUREGEEK, Role.WRITER), (IPHONEADDICT, Role.WRITER)),
        position="Journaliste",
        biography="Camille suit l’intelligence artificielle et les objets connectés depuis qu’ils tiennent mal leurs "
        "promesses, et continue de les essayer tous.",
    ),
    Person(
        "hugo", "Hugo", "Lemaire", ((KULTUREGEEK, Role.WRITER),), position="Journaliste jeux vidéo",
        biography="Hugo joue pour comprendre comment les jeux sont faits, puis rejoue pour le plaisir.",
    ),
    Person(
        "ines", "Inès", "Benali", ((KULTUREGEEK, Role.EDITOR), (IPHONEADDICT, Role.EDITOR)),
        position="Cheffe d’édition",
        biography="Inès relit tout, coupe un peu, et tient la rubrique science par goût des ordres de grandeur.",
    ),
    Person(
        "thomas", "Thomas", "Keller", ((KULTUREGEEK, Role.PUBLISHER), (IPHONEADDICT, Role.PUBLISHER)),
        position="Directeur de la publication",
        biography="Thomas répond de ce qui paraît, et écrit encore sur le Web libre quand on lui laisse une heure.",
    ),
    Person(
        "julien", "Julien", "Mercier", ((IPHONEADDICT, Role.WRITER),), position="Journaliste",
        biography="Julien démonte, répare et remonte ; il reste rarement une vis.",
    ),
    Person("sarah", "Sarah", "Nguyen", ((KULTUREGEEK, Role.MODERATOR),), position="Journaliste et modératrice",
           biography="Sarah écrit sur la culture et veille sur les fils de commentaires."),
]  # fmt: skip
OTHER_BYLINES = [
    Person("maelle", "Maëlle", "Le Goff", position="Pigiste",
           biography="Maëlle photographie la Bretagne avec ce qu’elle a dans la poche."),
]  # fmt: skip

# Exported posts have no kind: what their slug begins with, or their section, gives them one.
REVIEW_SLUGS, DEAL_SECTION = "test-", "bons-plans"
# A review that ends with the prices of what it tried: its slug, and the product's in the Comparateur.
PRICED = ("test-tesselle-home-enceinte", "enceinte-tesselle-home")
# What the day brings to each site: an article that somebody pays for, and one that had to be withdrawn.
SPONSORED = {
    KULTUREGEEK: ("drone-loisir-regles-2026", "Aéroclub des Loisirs", "https://example.org/aeroclub-des-loisirs"),
    IPHONEADDICT: ("ipad-rentree-notes", "Papeterie Volute", "https://example.org/papeterie-volute"),
}
WITHDRAWN = {KULTUREGEEK: "test-orvane-pulse-2", IPHONEADDICT: "test-enceinte-oriole"}
WITHDRAWAL = (
    "Cet essai reposait sur un exemplaire de présérie, que le fabricant nous avait présenté comme celui du commerce. "
    "Nos mesures ne valent donc pas pour l’appareil vendu. Nous retirons l’article, avec nos excuses aux lecteurs."
)


@dataclass(frozen=True)
class InWork:
    """An article that somebody of the demo is busy with this morning."""

    by: str
    headline: str
    standfirst: str
    body: str


IN_WORK = {
    KULTUREGEEK: InWork(
        "camille",
        headline="Ce que nous savons, et ce que nous vérifions encore",
        standfirst="Une dépêche, deux démentis et un communiqué prudent : le point avant midi.",
        body="<p>Point de départ : la dépêche de 7 h, que personne n’a encore confirmée.</p>"
        "<p>À faire : rappeler le service de presse, relire le rapport, trouver une photo.</p>",
    ),
    IPHONEADDICT: InWork(
        "julien",
        headline="Remplacer la batterie de son iPhone : ce que dit le compteur de cycles",
        standfirst="Les réglages donnent un pourcentage et un nombre. Le second en dit souvent plus long.",
        body="<p>Dans les réglages de la batterie, deux lignes cohabitent : la capacité restante et le nombre "
        "de cycles. La première rassure ou inquiète ; la seconde explique.</p><h2>Un cycle n’est pas une recharge</h2>"
        "<p>Deux demi-charges comptent pour un seul cycle. Qui branche son téléphone chaque soir à 60 % n’en use "
        "donc pas un par jour, et deux appareils du même âge peuvent différer du simple au double.</p>"
        "<h2>Quand changer</h2><p>Sous les quatre cinquièmes de la capacité d’origine, l’appareil commence à "
        "ménager ses pointes de puissance. C’est le moment de comparer un devis et une année de patience.</p>",
    ),
}
SENT_BACK = (
    "Bon angle, mais il manque la deuxième source : rappelle le service de presse avant midi. "
    "Et donne les prix en euros, pas en dollars."
)
