"""The comments of the demo's readers: (level in the thread, who, minutes after the article or the one before, words).

A name with an @ is a member of the staff, by user name. A star before a name: picked by the desk. A minus: removed.
"""

Line = tuple[int, str, int, str]

THREADS: dict[str, tuple[Line, ...]] = {
    "lumignole-ferme-cloud-maison-connectee": (
        (0, "Marguerite", 22, "J’ai onze ampoules de chez eux. Onze. Ce soir je dîne à la bougie, par conviction cette fois."),
        (1, "Ptit Lu", 9, "Un interrupteur à bascule, 3,90 € en rayon, compatible avec toutes les générations de doigts."),
        (1, "@camille", 31, "Si vos ampoules répondent encore en Bluetooth, la passerelle communautaire dont nous parlons en fin d’article les reprend. Racontez-nous si cela marche chez vous."),
        (2, "Marguerite", 55, "Trois sur onze pour l’instant. Les autres clignotent comme un sapin. Merci quand même !"),
        (0, "*Denis R.", 40, "Ce qu’il faudrait, c’est une obligation de publier le protocole le jour où l’on éteint les serveurs.\n\n> 40 000 maisons cherchent l’interrupteur\n\nQuarante mille maisons, et pas une ligne de documentation. Un fabricant de chaudières n’oserait pas."),
        (1, "Sacha", 14, "Il y a une proposition en ce sens au niveau européen, mais elle ne vise que la sécurité, pas la survie du produit."),
        (1, "Opaline", 20, "D’accord sur le fond. Mais publier un protocole bâclé, c’est aussi ouvrir la porte des maisons à qui veut."),
        (2, "Denis R.", 12, "C’est juste. Alors publier, et laisser désactiver."),
        (0, "-Rageux59", 33, "Bien fait pour les pigeons qui achètent ces gadgets."),
        (1, "Opaline", 8, "On peut s’être trompé d’ampoule sans mériter d’être insulté."),
        (0, "Yann", 120, "Question bête : mon assurance me demande un détecteur de fumée « connecté ». Si le fabricant ferme, je suis encore assuré ?"),
        (1, "Sacha", 25, "Demandez-leur par écrit. Et gardez la réponse sur papier, elle au moins ne dépend d’aucun serveur."),
    ),
    "mistral-ai-premier-data-center-essonne": (
        (0, "Solène", 18, "Bruyères-le-Châtel a déjà le CEA et son calculateur : le voisinage électrique est plus simple qu’il n’y paraît."),
        (1, "Hervé", 44, "Oui, et la récupération de chaleur y est déjà étudiée pour un réseau de quartier. Reste à voir qui paie les tuyaux."),
        (0, "Kenza", 35, "« Plusieurs milliards », cela veut dire combien de milliards ? On a un ordre de grandeur ?"),
        (1, "@camille", 26, "Le chiffre n’est pas public. Nous avons préféré ne pas reprendre les estimations qui circulent sans source."),
        (2, "Kenza", 11, "Merci, c’est plus honnête que ce que j’ai lu ailleurs ce matin."),
        (0, "Baptiste", 90, "Et l’eau ? L’article suivant de votre dossier en parle très bien, un lien serait utile."),
    ),
    "black-friday-vrai-prix-methode": (
        (0, "*Nadia", 16, "Ma méthode depuis trois ans : je note les prix fin août sur un carnet. Sur quatorze articles, quatre vraies baisses. Quatre."),
        (1, "Jean-Mi", 21, "Le carnet bat tous les comparateurs. Prends-tu les frais de port ?"),
        (2, "Nadia", 9, "Toujours. C’est là que se cachent les sourires."),
        (0, "Théo", 60, "Il manque un cas : le produit fabriqué exprès pour la semaine, avec un chiffre de différence dans la référence."),
        (1, "@ines", 48, "Bien vu, nous l’ajoutons à la méthode. Merci."),
        (0, "Colette", 200, "J’ai économisé cent pour cent en n’achetant rien, je recommande."),
    ),
    "cles-acces-fin-mots-de-passe": (
        (0, "Ilyes", 30, "Passé aux clés d’accès au printemps. Tout va bien jusqu’au jour où l’on casse son téléphone un dimanche."),
        (1, "Françoise", 17, "D’où la seconde clé, sur un support qui ne tombe pas dans la baignoire."),
        (0, "Arthur", 41, "Le guide est clair. Deux questions restent :\n- comment transmettre ses accès à un proche en cas de décès ;\n- que se passe-t-il si le constructeur ferme le compte.\n\nPersonne n’en parle jamais."),
        (1, "*Françoise", 70, "Pour la première, j’ai imprimé les codes de secours et les ai confiés au notaire. Il a demandé ce que c’était, puis il a fait pareil."),
        (0, "Gaspard", 150, "Ma banque demande encore six chiffres sur un clavier mélangé. Les dernières heures du mot de passe vont être longues."),
    ),
    "robot-plieur-linge-pliane": (
        (0, "Odile", 25, "Il plie les draps-housses ? Parce que sinon, ce n’est pas un robot, c’est un adolescent."),
        (1, "Ptit Lu", 6, "L’article dit que non. Personne ne sait plier un drap-housse, ni l’homme ni la machine."),
        (0, "Wassim", 55, "Quarante-cinq secondes le tee-shirt, c’est lent, mais s’il le fait pendant que je dors, je m’en moque."),
    ),
    "tablette-dessin-premieres-impressions": (
        (0, "Iris", 40, "Dessinatrice de métier : la latence compte moins que la surface. Est-ce que la feuille accroche comme du papier ou glisse comme du verre ?"),
        (1, "@camille", 65, "Entre les deux : elle accroche les premiers jours, puis se polit. Nous en reparlerons dans le test complet."),
    ),
    "charger-smartphone-80-pour-cent": (
        (0, "Lucas", 12, "J’arrête à 80 % depuis deux ans : 96 % de capacité restante. Mon frère charge à fond : 89 %. Même modèle, même âge. Ce n’est pas une étude, mais c’est Noël qui le dit."),
        (1, "Agathe", 33, "Sept points en deux ans. À ce tarif je préfère partir avec une batterie pleine le matin."),
        (0, "Rémi", 80, "Le plus utile reste de ne pas le laisser au soleil sur le tableau de bord. Mais cela ne fait pas un titre."),
    ),
    "recharge-voiture-electrique-kw-kwh": (
        (0, "Monique", 50, "Enfin quelqu’un qui explique kW et kWh sans me parler de tuyaux d’arrosage. Imprimé pour mon garagiste."),
        (1, "Karim", 20, "Mon garagiste à moi dit encore « des kilos »."),
        (0, "Étienne", 95, "Petite coquille : au troisième paragraphe, il manque un h à kWh."),
        (1, "@ines", 15, "Corrigé, merci de l’avoir signalé."),
    ),
    "qui-paie-le-logiciel-libre": (
        (0, "*Bertille", 34, "Je maintiens une bibliothèque de dates utilisée par quatre banques. Dons reçus l’an dernier : 112 €. Demandes « urgentes » reçues : 61.\n\nJe ne me plains pas, je compte."),
        (1, "Anselme", 22, "Une des quatre banques vous lit sûrement. Dites-lui votre tarif."),
        (2, "Bertille", 40, "Le tarif est dans le fichier LISEZMOI. Personne ne le lit, c’est le principe."),
        (0, "Fanny", 70, "Les collectivités pourraient y consacrer un pour cent de leurs licences. La mienne l’a fait, cela a payé un développeur."),
    ),
    "brumeport-jeu-independant-annonce": (
        (0, "Nils", 14, "Un jeu où l’on répare au lieu de casser. Pris."),
        (0, "Capucine", 28, "La musique de la bande-annonce est de qui ?"),
        (1, "@hugo", 52, "D’une harpiste de Douarnenez qui compose aussi pour le théâtre ; nous la rencontrons la semaine prochaine."),
    ),
    "vol-iphone-reglages": (
        (0, "Sylvie", 20, "Volé en mars, retrouvé éteint. Le délai de sécurité m’a sauvée : le voleur n’a rien pu changer pendant une heure."),
        (1, "Malo", 15, "Combien de temps pour récupérer le compte ?"),
        (2, "Sylvie", 35, "Une heure, justement. Sans ce réglage je ne sais pas."),
        (0, "Pascal", 60, "Pensez à noter le numéro IMEI sur papier. La police le demande, et il est… dans le téléphone."),
        (1, "@julien", 18, "Excellent conseil : *#06# l’affiche, et il figure aussi sur la facture."),
    ),
    "cinq-reflexes-photo": (
        (0, "Anouk", 45, "La surexposition sur la neige, dix ans que je me trompais de sens. Merci !"),
        (0, "Régis", 30, "Et garder le téléphone dans une poche intérieure : à moins cinq, la batterie chute d’un coup."),
    ),
    "carplay-voiture-electrique": (
        (0, "Lionel", 33, "L’itinéraire me fait arrêter tous les 180 km alors que la voiture en fait 300. Un réglage m’échappe ?"),
        (1, "@julien", 40, "Vérifiez la réserve à l’arrivée, réglée à 20 % par défaut. En la baissant à 10 %, un arrêt sur deux disparaît."),
        (2, "Lionel", 90, "C’était ça. Un arrêt de moins jusqu’à Nantes."),
    ),
    "tirelune-budget": (
        (0, "Ghislaine", 26, "Enfin une appli qui ne veut pas « se connecter à ma banque ». Mon budget tient sur un ticket, et cela me va."),
        (1, "Omar", 12, "On peut exporter en tableur ?"),
        (2, "Ghislaine", 22, "Oui, en CSV, avec des points-virgules et de vraies virgules décimales."),
    ),
    "test-clavier-nacre": (
        (0, "Corentin", 38, "Bruit mesuré ? Mon bureau est aussi une chambre d’enfant."),
        (1, "@julien", 30, "48 dB à cinquante centimètres avec les touches silencieuses : un chuchotement, ou presque."),
        (0, "*Maud", 75, "Le É majuscule direct sur la touche, rien que pour cela je signe."),
    ),
    "jeux-mac-apple-silicon": (
        (0, "Dylan", 20, "« Bien mieux qu’avant, moins bien qu’ailleurs » : quinze ans de jeu sur Mac en une phrase."),
        (0, "Perrine", 48, "Le mode 120 images marche mal sur mon écran externe, quelqu’un d’autre ?"),
        (1, "Dylan", 10, "Oui, avec le câble d’origine. Un câble certifié a réglé l’affaire."),
    ),
}  # fmt: skip

# What came this morning: (who, minutes ago, words, address). Screening says what becomes of each.
TODAY: dict[str, tuple[tuple[str, int, str, str], ...]] = {
    "KultureGeek": (
        ("Marguerite", 95, "Nouvelles du front : cinq ampoules sur onze. La cuisine est revenue à la lumière.", "203.0.113.10"),
        ("Luxor Montres", 84, "Montres de luxe à prix d’usine, -80 % aujourd’hui : https://montres.example https://luxor.example https://promo.example", "198.51.100.31"),
        ("Bob", 71, "Gagnez 300 € par jour depuis chez vous, sans effort, écrivez-moi.", "198.51.100.32"),
        ("Sacha", 66, "Le lien vers la passerelle communautaire ne répond plus chez moi, c’est général ?", "203.0.113.11"),
        ("Titi93", 58, "Article nul, vous êtes vraiment des crétins payés pour ça.", "203.0.113.12"),
        ("Opaline", 47, "Trois sources utiles sur le sujet : https://a.example/protocole https://b.example/maison https://c.example/droit", "203.0.113.13"),
        ("Colette", 33, "Est-ce que quelqu’un a essayé avec le modèle de 2019 ?", "203.0.113.14"),
        ("Luxor Montres", 28, "Montres de luxe à prix d’usine, -80 % aujourd’hui, dernière chance !", "198.51.100.33"),
        ("Gérard P.", 17, "Je connais l’auteur, il habite rue des Lilas et il ferait mieux de se taire.", "203.0.113.15"),
        ("Yann", 9, "Réponse de mon assurance : « nous transmettons au service concerné ». Voilà voilà.", "203.0.113.16"),
    ),
    "iPhoneAddict": (
        ("Sylvie", 52, "Depuis la dernière mise à jour, le délai se règle aussi à deux heures.", "203.0.113.20"),
        ("Promo Coques", 40, "Coques et câbles pas chers ici https://coques.example https://cables.example https://bonus.example", "198.51.100.41"),
        ("Malo", 12, "Testé ce matin, rien à redire.", "203.0.113.21"),
    ),
}  # fmt: skip

# Terms that the demo's moderator wants to look at.
SUSPECT = ("montres de luxe", "sans effort", "créti*", "il habite", "prix d’usine")
REPORT = ("Gérard P.", "privacy", "Il donne l’adresse de quelqu’un.", "Opaline Martin", "opaline@lecteurs.example")
