"""What both sites show: numbers of rows, and their text. Pure Python, since two interpreters read it.

An article has the length of the demo's (some 2,000 characters, 290 words), a picture 1,600 px wide above it, four tags
and one byline, and twenty comments of which six answer another. Its page shows four related articles, six latest ones
and a strip of four from the other site.
"""

import datetime as dt

ARTICLES, OF_THE_SISTER = 2_000, 200
SECTIONS, TAGS, AUTHORS, IMAGES = 9, 200, 10, 40
COMMENTS = 20
RELATED, LATEST, STRIP = 4, 6, 4
IMAGE_SIZE = (1600, 900)  # px
WIDTHS = (320, 640, 960, 1280, 1600)  # px, of the renditions
SITE, SISTER = ("KultureGeek", "kulturegeek.localhost"), ("iPhoneAddict", "iphoneaddict.localhost")
TAGLINE = "L’actualité geek et high-tech"
DESCRIPTION = "Chaque jour, l’actualité des technologies, des jeux, des séries et de la science."
FOOTER = ("Mentions légales", "Confidentialité", "Publicité")

_PARAGRAPHS = (
    "Au début, on n’y voit rien, et c’est le principe. La machine {n} arrive sans notice, dans une boîte plate, avec "
    "un câble et une carte. Personne ne vous attend. Il faut <em>prendre le temps</em> de lire ce que dit l’écran, "
    "puis de recommencer, et la première heure passe à régler ce que les autres règlent pour vous.",
    "Tout tient dans ce geste. Un bouton recharge, l’autre règle, et <strong>on ne peut pas faire les deux à "
    "la fois</strong>. Il faut choisir, à chaque instant. Le studio, sept personnes à Nantes, en tire des situations "
    "d’une inventivité réjouissante, que nous avons essayées pendant trois semaines, au bureau comme dans le train.",
    "Pas de carte, pas de boussole. On se repère au bruit, et au petit voyant qui change de couleur quand la "
    "batterie descend sous le quart. Le dessin, fait à la main, avance et recule comme une respiration. C’est beau, et "
    "c’est lent.",
    "Les réparations ouvrent des conversations. Chaque atelier a une version différente de la panne, et rien n’est "
    "surligné : aucun journal ne fait le tri à votre place. <em>Prenez un carnet</em>, conseille l’écran d’accueil. "
    "Ce n’est pas une figure de style, et l’on finit par aimer ces pages où rien ne clignote.",
    "La démonstration dure quarante minutes et s’achève sur un plan que nous ne raconterons pas. Sortie prévue "
    "au printemps, à <strong>24,99 €</strong>. On y retournera avec des bottes, et avec le modèle {n} bis si le "
    "constructeur tient ses délais, ce que personne ici ne veut parier.",
)
_LIST = (
    "le rythme, très lent, en laissera sur le quai ;",
    "les textes sont petits sur un écran de poche ;",
    "quelques réglages tiennent plus de la divination que de la mécanique.",
)
_REMARKS = (
    "J’ai le modèle {n} depuis deux mois et je confirme pour la batterie : elle tient la journée, mais pas le soir.",
    "Merci pour ce test. Une question : est-ce que le câble fourni suffit, ou faut-il en acheter un autre tout de "
    "suite ?\nLe vendeur m’a dit une chose et la notice une autre.",
    "Pas d’accord avec la conclusion. Le rythme lent est justement ce qui fait le charme, et quarante minutes passent "
    "très vite quand on s’arrête de courir partout.",
    "Quelqu’un sait si cela marche avec l’ancien boîtier ?",
)


def published_at(number: int, articles: int = ARTICLES) -> dt.datetime:
    """Return when the article of a number was first published: one every three hours, the last of them yesterday."""
    midnight = dt.datetime.now(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - dt.timedelta(days=1, hours=3 * (articles - 1 - number))


def measured(articles: int = ARTICLES) -> range:
    """Return the numbers of the articles whose pages are measured: every tenth, old ones and new ones."""
    return range(5, articles, 10)


def posted_at(published: dt.datetime, number: int) -> dt.datetime:
    """Return when a comment was posted under an article that was published at a time."""
    return published + dt.timedelta(minutes=60 + 7 * number)


def path(number: int) -> str:
    """Return the address of an article on either site."""
    return f"/rubrique-{number % SECTIONS}/{slug(number)}/"


def headline(number: int) -> str:
    return f"Machine {number} : le modèle que l’on répare soi-même sortira au printemps"


def slug(number: int) -> str:
    return f"machine-{number}-que-l-on-repare"


def standfirst(number: int) -> str:
    return (
        f"Le studio nantais dévoile la machine {number}, sans carte ni boussole, construite autour d’un seul geste. "
        "Nous avons essayé les quarante premières minutes."
    )


def body(number: int) -> str:
    """Return the article as HTML: five paragraphs, three headings, a list."""
    texts = [f"<p>{text.format(n=number)}</p>" for text in _PARAGRAPHS]
    points = "".join(f"<li>{point}</li>" for point in _LIST)
    return (
        f"{texts[0]}<h2>Tourner la manivelle</h2>{texts[1]}{texts[2]}<h2>Un atelier à écouter</h2>{texts[3]}"
        f"<h2>Nos réserves</h2><ul>{points}</ul>{texts[4]}"
    )


def tags(number: int) -> tuple[int, ...]:
    """Return the numbers of an article's tags: one on most articles, one on every tenth, two of few."""
    return tuple(dict.fromkeys((0 if number % 3 else 1, 2 + number % 10, 12 + number % 60, 72 + number % 128)))


def comment(article: int, number: int) -> str:
    return _REMARKS[(article + number) % len(_REMARKS)].format(n=article)


def reader(article: int, number: int) -> str:
    """Return the pseudonym of who wrote a comment."""
    return f"Lecteur {(article + number) % 97}"


def answered(number: int) -> int | None:
    """Return the number of the comment that one answers, or None."""
    return number - 1 if number % 3 == 1 and number < 18 else None
