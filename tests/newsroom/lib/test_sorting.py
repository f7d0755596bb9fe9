"""Names in the order of the alphabet, on either engine."""

from articles.models import Author, Tag
from newsroom.accounts.models import Colleague
from newsroom.lib.sorting import Alphabetical
from newsroom.publications.models import Role
from tests.base import NewsroomTestCase
from tests.factories import make_author, make_tags

NAMES = ("Zoé", "Élodie", "élan", "Web", "iPhone", "Œuvre", "Orage", "Œillet", "Ça", "apple", "Cela")
SORTED = [
    "apple",
    "Ça",
    "Cela",
    "élan",
    "Élodie",
    "iPhone",
    "Œillet",
    "Œuvre",
    "Orage",
    "Web",
    "Zoé",
]


class AlphabeticalTests(NewsroomTestCase):
    def test_it_minds_neither_case_nor_accents(self) -> None:
        for name in NAMES:
            make_author(name)
        self.assertEqual([author.name for author in Author.objects.all()], SORTED)
        self.assertEqual([author.name for author in Author.objects.order_by(Alphabetical("name").desc())], SORTED[::-1])

    def test_tags_and_colleagues_stand_in_it(self) -> None:
        make_tags(*NAMES)
        self.assertEqual([tag.name for tag in Tag.objects.all()], SORTED)
        for name in ("Zola", "Écume", "eco"):
            self.person(name.lower(), (self.kg, Role.WRITER), last_name=name)
        rows = Colleague.people.of(self.kg)
        self.assertEqual([row.last_name for row in rows if row.last_name], ["eco", "Écume", "Zola"])

    def test_the_heading_of_a_column_of_names_sorts_so_too(self) -> None:
        for name in NAMES:
            make_author(name)
        self.at_desk(self.thomas)
        for order, expected in (("1", SORTED), ("-1", SORTED[::-1])):
            page = self.client.get("/admin/articles/author/", {"o": order})
            self.assertEqual([row.name for row in page.context["cl"].result_list], expected)
