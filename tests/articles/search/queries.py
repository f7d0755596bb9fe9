"""What readers of the demo's KultureGeek type, and the article that must come first: each row with its reason.

An article is named by the slug it is stored with; "" where nothing may be found.
"""

LONG = "Une machine qui parie sur le mot suivant, dans une conversation fluide. " * 40

# what is typed, the slug of the first result, why
QUERIES: tuple[tuple[str, str, str], ...] = (
    # -- spelling: case, accents, ligatures, apostrophes, elisions --
    ("playstation", "playstation-trente-ans", "a name in a headline"),
    ("PLAYSTATION", "playstation-trente-ans", "case says nothing"),
    ("realite virtuelle", "realite-virtuelle-promesses", "no accents typed, accents written"),
    ("réalité virtuelle", "realite-virtuelle-promesses", "accents typed"),
    ("RÉALITÉ VIRTUELLE", "realite-virtuelle-promesses", "accents on capitals"),
    ("coeur", "montre-connectee-coeur-mesures", "œ is oe"),
    ("cœur", "montre-connectee-coeur-mesures", "œ as it is written"),
    ("velo electrique", "velo-electrique-choisir-batterie", "no accents, two words"),
    ("l'imprimante", "test-atelune-mini-imprimante-3d", "an elision with a straight apostrophe"),
    ("l’imprimante", "test-atelune-mini-imprimante-3d", "an elision with a typographic one"),
    ("d'Apollo", "apollo-11-ordinateur-de-bord", "an elision before a name"),
    ("lumignole", "lumignole-ferme-cloud-maison-connectee", "an invented brand"),
    # -- plural, feminine, verbs --
    ("satellite", "orbitelle-essaim-satellites-debris", "singular typed, plural written"),
    ("imprimantes 3D", "test-atelune-mini-imprimante-3d", "plural typed, singular written"),
    ("voitures autonomes", "voiture-autonome-cinq-niveaux", "both words in the plural"),
    ("robots plieurs", "robot-plieur-linge-pliane", "found by what its body says of it"),
    ("drones", "drone-loisir-regles-2026", "plural typed"),
    ("chiffrer de bout en bout", "chiffrement-bout-en-bout-guide", "a verb for its noun"),
    ("décors virtuels", "decors-virtuels-murs-led", "plural in the masculine"),
    ("mini-séries", "mini-series-retour-format-court", "a hyphen, and the plural"),
    ("mini séries", "mini-series-retour-format-court", "a space for the hyphen"),
    ("miniséries", "mini-series-retour-format-court", "nothing for the hyphen"),
    # -- names with digits and signs --
    ("apollo 11", "apollo-11-ordinateur-de-bord", "a name and its number"),
    ("windows 10", "fin-windows-10-cinq-options", "a name and its number"),
    ("windows10", "fin-windows-10-cinq-options", "written together"),
    ("1202", "apollo-11-ordinateur-de-bord", "a number alone"),
    ("49,99", "bon-plan-casque-orvane-studio", "a price with its comma"),
    ("150 kW", "recharge-voiture-electrique-kw-kwh", "a number and its unit"),
    ("AI Act", "ai-act-europe-explications", "two short words"),
    ("James Webb", "james-webb-voir-infrarouge", "a space for the hyphen"),
    ("james-webb", "james-webb-voir-infrarouge", "the hyphen as it is written"),
    ("5G", "reseau-5g-campagne", "a digit and a letter are one word"),
    ("M5", "puce-m5-memoire", "a letter and a digit are one word"),
    ("C++", "cpp-compilateur", "signs that are part of a name"),
    ("C#", "csharp-console", "another sign of the same letter"),
    ("R&D", "budget-r-et-d", "two letters and a sign are a name"),
    ("PS5", "ps5-disque", "letters and a digit together"),
    ("PS 5", "ps5-disque", "and apart"),
    ("wifi", "wi-fi-7-essai", "nothing for the hyphen"),
    ("Wi-Fi 7", "wi-fi-7-essai", "a hyphen and a number"),
    ("iOS 17.4", "ios-17-4-1-corrige", "the beginning of a version"),
    # -- what is meant --
    ("playsation", "playstation-trente-ans", "a letter was forgotten"),
    ("imprimente", "test-atelune-mini-imprimante-3d", "one letter for another"),
    ("satelite", "orbitelle-essaim-satellites-debris", "a double letter written once"),
    ("chiffrmeent", "chiffrement-bout-en-bout-guide", "two letters swapped"),
    ("lumingole", "lumignole-ferme-cloud-maison-connectee", "two letters of a brand swapped"),
    # -- the rules: phrases, prefix, -without --
    ("playst", "playstation-trente-ans", "the word is being typed"),
    ("chiffrement de bout en bou", "chiffrement-bout-en-bout-guide", "the last word is being typed"),
    ('"mot suivant"', "modele-de-langage-comment-ca-marche", "a phrase as it is written"),
    ('"suivant mot"', "", "a phrase in another order"),
    ("casque -virtuelle", "bon-plan-casque-orvane-studio", "without what the other article is about"),
    ("smartphone pliant", "test-novarelle-fold-one", "two words of a standfirst"),
    ("sonde nasa", "sonde-parker-frole-soleil", "a word of the headline, one of the standfirst"),
    ("git commandes", "git-dix-commandes", "a short name"),
    # -- two languages, people, sections --
    ("black friday", "black-friday-vrai-prix-methode", "English in a French headline"),
    ("games jam", "game-jam-48-heures-recit", "an English plural"),
    ("data center eau", "data-centers-eau-energie-chiffres", "English and French together"),
    ("vision pro", "vision-pro-usages", "a sister's article"),
    # -- addresses, signs, length --
    ("https://kulturegeek.localhost/jeux-video/playstation-trente-ans/", "playstation-trente-ans", "its address"),
    ("kulturegeek.localhost/jeux-video/playstation-trente-ans", "playstation-trente-ans", "its address, in part"),
    ("🚀", "decollage-fusee", "an emoji in a headline"),
    ("!!! ???", "", "signs that mean nothing"),
    ("qsdfghjklm", "", "no word at all"),
    (LONG, "modele-de-langage-comment-ca-marche", "two thousand characters, of an article"),
    ("' OR 1=1 --", "", "what is wrong is words"),
)

# Articles that the demo has not, for what its texts don't write.
OTHERS: tuple[tuple[str, str], ...] = (
    ("La 5G arrive dans les campagnes", "reseau-5g-campagne"),
    ("La puce M5 et sa mémoire", "puce-m5-memoire"),
    ("C++ : un compilateur qui explique ses erreurs", "cpp-compilateur"),
    ("C# sur console : ce qui change", "csharp-console"),
    ("Le budget de R&D fait débat", "budget-r-et-d"),
    ("PS5 : changer son disque", "ps5-disque"),
    ("Wi-Fi 7 : premier essai", "wi-fi-7-essai"),
    ("iOS 17.4.1 corrige deux failles", "ios-17-4-1-corrige"),
    ("Décollage réussi 🚀 pour la petite fusée", "decollage-fusee"),
)
