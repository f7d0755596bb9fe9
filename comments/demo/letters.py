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
            "Cheffe de projet chez Mécanique Douce, citée dans votre article, je vous demande d’insérer la réponse suivante.\n\n"
            "Votre panier comptait trois draps-housses et un velours, que la machine annonce refuser : vos cinq « refus » sont des gestes voulus, et non des échecs. Sur du linge d’hôpital, pour lequel elle est faite, Pliane plie neuf pièces sur dix.\n\n"
            "Quant à la chaussette, nos bras ne descendent pas sous les tables.",
        ),
        Letter(
            REPLY, "lumignole-ferme-cloud-maison-connectee", "Régis Vauquelin", 62,
            "Directeur général de Lumignole, mise en cause dans votre article, je souhaite répondre à ceci : « dans la limite des stocks ».\n\n"
            "Une télécommande sera envoyée à chaque foyer équipé de volets Aube, sans exception. La formule venait d’un contrat de livraison, et n’aurait jamais dû figurer dans notre courriel. Nous en avons commandé six mille de plus ; les dernières partiront le 20 décembre.\n\n"
            "La documentation des protocoles paraîtra bien avant la coupure, comme vous l’écrivez.",
            "insert", "thomas", "Régis Vauquelin, directeur général de Lumignole",
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
            "« Devant, près de 1 000 degrés », écrivez-vous. Celsius ou kelvins ? La différence n’est pas mince, et la légende ne la dit pas non plus.",
        ),
        Letter(
            CORRECTION, "modele-de-langage-comment-ca-marche", "Solange Petitjean", 7,
            "« La souris a mangé le fromage parce qu’elle avait faim » : le fromage est masculin, « elle » ne peut donc être que la souris. L’exemple ne montre pas l’ambiguïté que vous annoncez.",
            "take", "camille",
        ),
        Letter(
            CORRECTION, "recharge-voiture-electrique-kw-kwh", "Karim B.", 20,
            "De 20 à 80 % d’une batterie de 60 kWh, cela fait 36 kWh. Divisés par 22 kW : une heure quarante. Votre tableau dit « 2 à 3 h ». J’ai relu trois fois, puis j’ai pensé à mon garagiste.",
            "correct", "ines",
            "Le tableau annonçait de deux à trois heures sur une borne de 22 kW. C’est une heure quarante pour une voiture "
            "qui accepte toute cette puissance ; de deux à trois heures pour les autres.",
        ),
        Letter(
            CORRECTION, "git-dix-commandes", "Loïc", 52,
            "La commande « git switch » n’existe pas : chez moi, le terminal répond qu’il ne la connaît pas.",
            "answer", "ines",
            "Bonjour, la commande existe depuis la version 2.23 de Git. Sur une version plus ancienne, écrivez « git checkout "
            "-b essai ». Merci de nous avoir lus de si près.",
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
            "Vous écrivez qu’un plafond de charge est réglable depuis l’iPhone 15. Celui de 80 %, oui ; le choix entre plusieurs paliers n’est venu qu’ensuite. La phrase mélange les deux.",
        ),
        Letter(
            GENERAL, "", "Bastien Lorieux", 40,
            "Un simple merci : l’article sur les réglages antivol m’a évité une très mauvaise semaine.",
            "answer", "thomas", "Merci à vous de prendre le temps de l’écrire : l’équipe l’a lu, et en est ravie.",
        ),
    ),
}  # fmt: skip
