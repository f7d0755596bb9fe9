"""What readers of the demo wrote to the desk, and what became of it."""

from dataclasses import dataclass

from comments.states import Subject


@dataclass(frozen=True)
class Letter:
    """A message: what it is about, the slug of its article, who wrote it, how long ago, and what the desk did.

    `then` names the steps of comments/demo/messages.py, `by` a user name, `words` what that person wrote.
    """

    subject: Subject
    slug: str
    name: str
    hours_ago: float
    text: str
    then: str = ""
    by: str = ""
    words: str = ""
    honeypot: str = ""


CORRECTION, REPLY, GENERAL = Subject.CORRECTION, Subject.REPLY, Subject.GENERAL

LETTERS: dict[str, tuple[Letter, ...]] = {
    "KultureGeek": (
        # droit de réponse
        Letter(
            REPLY, "robot-plieur-linge-pliane", "Aurore Delestrade", 31,
            "Directrice de la société Pliane, nommée dans votre article, je vous demande d’insérer la réponse suivante.\n\n"
            "Vous écrivez que notre robot « connaît ses limites ». Il les affiche, ce n’est pas pareil : chaque vêtement "
            "qu’il renonce à plier est compté et montré à l’écran. Le chiffre de neuf échecs sur cent que vous citez vient "
            "de la version de démonstration. Sur les machines livrées, nous en mesurons quatre, et nous publions la méthode.",
        ),
        Letter(
            REPLY, "lumignole-ferme-cloud-maison-connectee", "Régis Vauquelin", 62,
            "Liquidateur amiable de Lumignole, désigné dans votre article, je souhaite répondre à ceci : « personne n’a "
            "prévenu les clients ».\n\nUn courrier électronique est parti le 3 octobre à tous les comptes actifs, et un second "
            "le 17. Il est vrai que beaucoup d’adresses n’étaient plus valables : la plupart des comptes avaient été ouverts "
            "à l’installation, et jamais relus depuis.\n\nLe protocole local des ampoules sera publié avant la fin de l’année, "
            "sous une licence libre. Je m’y engage ici.",
            "insert", "thomas", "Régis Vauquelin, liquidateur amiable de Lumignole",
        ),
        Letter(
            REPLY, "qui-paie-le-logiciel-libre", "Comité des Éditeurs réunis", 190,
            "Votre enquête donne une mauvaise image de notre profession tout entière. Nous exigeons la publication du "
            "communiqué de quatre pages que nous vous enverrons sur demande.",
            "refuse", "thomas",
            "L’article ne nomme ni ne désigne votre comité, et la réponse elle-même n’était pas jointe.",
        ),
        # corrections
        Letter(
            CORRECTION, "sonde-parker-frole-soleil", "Étienne Maurel", 3,
            "Au quatrième paragraphe vous donnez la vitesse de la sonde en kilomètres par seconde, puis le même nombre en "
            "kilomètres par heure. L’une des deux unités est de trop : à cette vitesse-là par heure, elle se ferait doubler "
            "par un avion de ligne.",
        ),
        Letter(
            CORRECTION, "modele-de-langage-comment-ca-marche", "Solange Petitjean", 7,
            "Dans votre exemple, les probabilités des quatre mots proposés font 112 % en tout. Même pour un modèle de langage, "
            "c’est beaucoup.",
            "take", "camille",
        ),
        Letter(
            CORRECTION, "recharge-voiture-electrique-kw-kwh", "Karim B.", 20,
            "Dans le tableau, la borne à 22 kW recharge plus vite que celle à 50. J’ai relu trois fois, puis j’ai pensé à mon "
            "garagiste.",
            "correct", "ines",
            "Une première version de cet article donnait, dans son tableau, des durées de recharge interverties pour les "
            "bornes de 22 et de 50 kW.",
        ),
        Letter(
            CORRECTION, "git-dix-commandes", "Loïc", 52,
            "La commande numéro six n’existe pas, c’est git restore qu’il faut écrire.",
            "answer", "ines",
            "Bonjour, la commande existe bien, mais depuis une version que tout le monde n’a pas encore. Nous l’indiquons "
            "désormais dans l’article. Merci de nous avoir lus de si près.",
        ),
        Letter(
            CORRECTION, "blender-films-libres", "Un spectateur", 75,
            "Vous avez oublié mon court métrage, qui est pourtant bien meilleur que tous ceux de la liste.",
            "refuse", "ines", "Une opinion sur une sélection, et non une erreur.",
        ),
        # autre chose
        Letter(
            GENERAL, "", "Mathilde Ferrand", 5,
            "Professeure documentaliste dans un collège, j’aimerais afficher votre guide des mots de passe en salle "
            "informatique. Faut-il une autorisation, et existe-t-il une version à imprimer ?",
        ),
        Letter(
            GENERAL, "", "Octave", 28,
            "Votre lettre hebdomadaire me manque depuis l’été. Est-elle arrêtée pour de bon, ou seulement en vacances ?",
            "note", "ines", "La question revient souvent : on en parle à la conférence de lundi ?",
        ),
        Letter(
            GENERAL, "", "Bureau des partenariats", 11,
            "Augmentez votre visibilité dès aujourd’hui : http://gagnez-vite.example http://liens-frais.example "
            "http://premier-partout.example http://encore-un.example",
        ),
        Letter(
            GENERAL, "", "Référencement Express", 120,
            "Nous plaçons vos liens sur mille annuaires. Offre valable ce soir seulement.", "spam", "thomas",
            honeypot="https://annuaires.example",
        ),
    ),
    "iPhoneAddict": (
        Letter(
            CORRECTION, "batterie-iphone", "Agathe", 9,
            "L’idée reçue numéro trois dit « jamais sous zéro degré », l’encadré dit « jamais sous moins dix ». Je pars au ski "
            "samedi : laquelle dois-je croire ?",
        ),
        Letter(
            GENERAL, "", "Bastien Lorieux", 40,
            "Un simple merci : l’article sur les réglages antivol m’a évité une très mauvaise semaine.",
            "answer", "thomas", "Merci à vous de prendre le temps de l’écrire : l’équipe l’a lu, et en est ravie.",
        ),
    ),
}  # fmt: skip
