"""Actions on tags, authors and sections."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError

from articles.actions import editing, listings, taxonomy
from articles.content import Content
from articles.models import Address, Event, Section, Tag, TaggedArticle
from articles.workflow import Refused, Verb
from newsroom.pagecache.models import Purge
from newsroom.pagecache.tags import cache_tags_of
from newsroom.publications.models import Role
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_draft, make_section, make_tags, publish


class TagsNamedTests(NewsroomTestCase):
    def test_it_makes_one_tag_of_its_spellings_and_keeps_the_first(self) -> None:
        (tag,) = make_tags("Réalité Virtuelle")
        for name in ("realite virtuelle", "RÉALITÉ VIRTUELLE", "  Re\u0301alité\u00a0 virtuelle "):
            self.assertEqual(make_tags(name), (tag,))
        self.assertEqual(make_tags("L’Œuvre"), make_tags("l'oeuvre", "L`œuvre"))
        self.assertEqual(set(Tag.objects.values_list("name", flat=True)), {"Réalité Virtuelle", "L’Œuvre"})

    def test_it_answers_in_order_each_once(self) -> None:
        self.assertEqual([tag.name for tag in make_tags("Robot", "Énergie", "robot", "", "  ")], ["Robot", "Énergie"])

    def test_it_makes_two_tags_of_names_with_one_slug(self) -> None:
        self.assertEqual(
            [tag.slug for tag in make_tags("C", "C++", "C#", "日本", "中国")], ["c", "c-2", "c-3", "tag", "tag-2"]
        )

    def test_it_cuts_a_huge_name_and_finds_it_again(self) -> None:
        for name in ("x" * 5000, "mot " * 500, "ﷺ" * 90, "a" * 99 + " b" * 50):
            with self.subTest(name=name[:8]):
                self.assertEqual(make_tags(name), make_tags(name))
                self.assertLessEqual(len(make_tags(name)[0].name), 100)

    def test_it_lets_a_writer_make_tags_and_a_stranger_only_find_them(self) -> None:
        taxonomy.tags_named(["Robot"], by=self.camille)
        self.assertEqual(len(taxonomy.tags_named(["robot"], by=self.zoe)), 1)
        with self.assertRaises(Forbidden):
            taxonomy.tags_named(["Drone"], by=self.zoe)


class SaveTagTests(NewsroomTestCase):
    def test_it_refuses_the_name_of_another(self) -> None:
        _robot, drone = make_tags("Robot", "Drone")
        drone.name = "RÔBOT"
        with self.assertRaises(Refused) as refusal:
            taxonomy.save_tag(drone, by=self.ines)
        self.assertIn("Robot", str(refusal.exception))
        self.assertEqual(Tag.objects.get(pk=drone.pk).name, "Drone")

    def test_it_undoes_no_merge_by_a_form_opened_before(self) -> None:
        robot, robots = make_tags("Robot", "Robots")
        opened = Tag.objects.get(pk=robots.pk)
        taxonomy.merge_tags(robots, robot, by=self.ines)
        opened.description = "Des machines."
        with self.assertRaises(Refused) as refusal:
            taxonomy.save_tag(opened, by=self.ines)
        self.assertIn("Robot", str(refusal.exception))
        self.assertEqual(Tag.objects.get(pk=robots.pk).merged_into, robot)

    def test_it_changes_its_own_spelling(self) -> None:
        (tag,) = make_tags("realite")
        tag.name = "Réalité"
        taxonomy.save_tag(tag, by=self.ines)
        self.assertEqual(make_tags("REALITE")[0].name, "Réalité")
        self.assertTrue(Purge.objects.filter(tag=f"tag:{tag.pk}").exists())

    def test_it_refuses_a_writer(self) -> None:
        with self.assertRaises(Forbidden):
            taxonomy.save_tag(make_tags("Robot")[0], by=self.camille)


class MergeTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.vr, self.other, self.third = make_tags("VR", "Réalité virtuelle", "XR")

    def test_it_gives_articles_of_one_the_other_and_none_twice(self) -> None:
        one = make_article(self.kg, "Un", tags=(self.vr,))
        both = make_article(self.kg, "Deux", tags=(self.vr, self.other))
        taxonomy.merge_tags(self.vr, self.other, by=self.ines)
        for article in (one, both):
            self.assertEqual([link.tag for link in article.tagged.all()], [self.other])
        self.assertFalse(TaggedArticle.objects.filter(tag=self.vr).exists())

    def test_it_redirects_the_old_address_to_the_new(self) -> None:
        article = make_article(self.kg, tags=(self.vr,))
        taxonomy.merge_tags(self.vr, self.other, by=self.ines)
        page = self.read("/tag/vr/")
        self.assertEqual((page.status_code, page["Location"]), (301, "/tag/realite-virtuelle/"))
        self.assertContains(self.read("/tag/realite-virtuelle/"), article.path)

    def test_it_finds_the_new_tag_by_the_old_spelling(self) -> None:
        taxonomy.merge_tags(self.vr, self.other, by=self.ines)
        self.assertEqual(make_tags("vr", "realite virtuelle"), (self.other,))

    def test_it_follows_merges_to_the_last(self) -> None:
        draft = make_draft(self.kg, tags=(self.vr, self.other, self.third)).draft
        taxonomy.merge_tags(self.vr, self.other, by=self.ines)
        taxonomy.merge_tags(self.other, self.third, by=self.ines)
        self.assertEqual(make_tags("VR"), (self.third,))
        self.assertEqual(self.read("/tag/vr/")["Location"], "/tag/xr/")
        self.assertEqual(Content.of(draft).tags, (self.third,))

    def test_it_merges_into_the_tag_that_a_merged_one_leads_to(self) -> None:
        taxonomy.merge_tags(self.other, self.third, by=self.ines)
        taxonomy.merge_tags(self.vr, self.other, by=self.ines)
        self.assertEqual(Tag.objects.get(pk=self.vr.pk).merged_into, self.third)

    def test_it_refuses_a_merge_that_leads_back_to_the_tag_itself(self) -> None:
        taxonomy.merge_tags(self.vr, self.other, by=self.ines)
        for tag, into in ((self.other, self.vr), (self.vr, self.other), (self.other, self.other)):
            with self.assertRaises(Refused):
                taxonomy.merge_tags(tag, into, by=self.ines)

    def test_it_gives_an_article_published_afterwards_the_tag_that_is_left(self) -> None:
        draft = make_draft(self.kg, tags=(self.vr, self.other))
        taxonomy.merge_tags(self.vr, self.other, by=self.ines)
        article = publish(draft, by=self.ines)
        self.assertEqual([link.tag for link in article.tagged.all()], [self.other])

    def test_it_is_logged_invalidates_both_and_takes_an_editor(self) -> None:
        with self.assertRaises(Forbidden):
            taxonomy.merge_tags(self.vr, self.other, by=self.camille)
        Purge.objects.all().delete()
        taxonomy.merge_tags(self.vr, self.other, by=self.ines)
        event = Event.objects.get(verb=Verb.TAG_MERGED)
        self.assertEqual((event.tag, event.actor), (self.other, self.ines))
        self.assertEqual(
            set(Purge.objects.values_list("tag", flat=True)),
            {f"{kind}:{tag.pk}" for kind in ("tag", "list:tag") for tag in (self.vr, self.other)},
        )

    def test_it_makes_no_circle_of_two_merges_that_cross(self) -> None:
        taxonomy.merge_tags(self.vr, self.other, by=self.ines)
        with self.assertRaises(Refused):
            taxonomy.merge_tags(self.other, self.vr, by=self.ines)
        self.assertIsNone(Tag.objects.get(pk=self.other.pk).merged_into)

    def test_it_follows_a_chain_of_merges_and_ends_in_a_circle(self) -> None:
        """Rows that a race left before tags were locked."""
        first, second, third = make_tags("Un", "Deux", "Trois")
        Tag.objects.filter(pk=first.pk).update(merged_into=second)
        Tag.objects.filter(pk=second.pk).update(merged_into=third)
        self.assertEqual(Tag.resolve([first.pk, second.pk]), [third])
        self.assertEqual(Tag.resolve([first.pk], lock=True), [third])
        Tag.objects.filter(pk=third.pk).update(merged_into=first)
        self.assertEqual(len(Tag.resolve([first.pk])), 1)

    def test_it_gives_an_article_published_with_a_stale_tag_the_tag_that_is_left(self) -> None:
        draft = make_draft(self.kg, tags=(self.vr,))
        content = Content.of(draft.draft)
        taxonomy.merge_tags(self.vr, self.other, by=self.ines)
        article = publish(draft)
        listings.sync_listings(article, content)  # whoever resolved the tags before the merge
        self.assertEqual([link.tag for link in article.tagged.all()], [self.other])


class AuthorTests(NewsroomTestCase):
    def test_it_gives_two_authors_of_one_name_an_address_each(self) -> None:
        first, second = make_author("Inès Benali"), make_author("Ines  Benali")
        self.assertEqual((first.slug, second.slug), ("ines-benali", "ines-benali-2"))
        make_article(self.kg, "De la seconde", authors=(second,))
        self.assertContains(self.read("/auteur/ines-benali-2/"), "De la seconde")
        self.assertEqual(self.read("/auteur/ines-benali/").status_code, 404)

    def test_it_gives_an_address_to_a_name_in_other_letters(self) -> None:
        self.assertEqual(make_author("村上").slug, "author")

    def test_it_refuses_a_writer(self) -> None:
        author = make_author("Hugo")
        with self.assertRaises(Forbidden):
            taxonomy.save_author(author, by=self.camille)


class SharedByAllTests(NewsroomTestCase):
    """Tags and bylines are the house's: changed by who may on every site that shows them, for it changes on each."""

    def setUp(self) -> None:
        self.own, self.shared, self.hers = make_tags("Lune", "Apple", "iPod")
        self.author = make_author("Julie Sœur")
        make_article(self.kg, "Ici", tags=(self.own, self.shared))
        make_article(self.ia, "Là", tags=(self.shared, self.hers), authors=(self.author,))
        self.lena = self.person("lena", (self.kg, Role.EDITOR), (self.ia, Role.EDITOR))

    def rename(self, tag: Tag, by: Any) -> None:
        tag.name = f"{tag.name} !"
        taxonomy.save_tag(tag, by=by)

    def test_an_editor_renames_a_tag_that_only_their_sites_show(self) -> None:
        self.rename(self.own, self.ines)
        for tag in (self.shared, self.hers):
            with self.assertRaises(Forbidden):
                self.rename(tag, self.ines)
            self.rename(Tag.objects.get(pk=tag.pk), self.lena)

    def test_merging_takes_the_right_to_both(self) -> None:
        for pair in ((self.own, self.hers), (self.hers, self.own)):
            with self.assertRaises(Forbidden):
                taxonomy.merge_tags(*pair, by=self.ines)
        taxonomy.merge_tags(self.own, self.hers, by=self.lena)

    def test_a_byline_that_a_sister_shows_stays_as_it_is(self) -> None:
        self.author.name = "Julie Frère"
        with self.assertRaises(Forbidden):
            taxonomy.save_author(self.author, by=self.ines)
        taxonomy.save_author(self.author, by=self.lena)

    def test_the_desk_offers_what_is_allowed(self) -> None:
        self.at_desk(self.ines)
        for tag, is_theirs in ((self.own, True), (self.shared, False)):
            page = self.client.get(f"/admin/articles/tag/{tag.pk}/change/")
            self.assertEqual(b'name="name"' in page.content, is_theirs)
            status = self.client.get(f"/admin/articles/tag/{tag.pk}/merge/").status_code
            self.assertEqual(status, 200 if is_theirs else 403)
        page = self.client.post(f"/admin/articles/tag/{self.own.pk}/merge/", {"into": "iPod"})
        self.assertContains(page, "où vous ne pouvez pas")
        page = self.client.get(f"/admin/articles/author/{self.author.pk}/change/")
        self.assertNotContains(page, 'name="name"')


class SectionTests(NewsroomTestCase):
    def test_it_redirects_the_old_address_after_a_new_slug(self) -> None:
        article = make_article(self.kg, section=self.games)
        self.games.slug = "jeux"
        taxonomy.save_section(self.games, by=self.thomas)
        page = self.read("/jeux-video/")
        self.assertEqual((page.status_code, page["Location"]), (301, "/jeux/"))
        self.assertContains(self.read("/jeux/"), article.path)
        self.assertEqual(self.read(article.path).status_code, 200)

    def test_it_makes_a_slug_canonical_again_when_it_is_taken_back(self) -> None:
        for slug in ("jeux", "jeux-video"):
            self.games.slug = slug
            taxonomy.save_section(self.games, by=SYSTEM)
        self.assertContains(self.read("/jeux-video/"), "Jeux vidéo")
        self.assertEqual(self.read("/jeux/")["Location"], "/jeux-video/")

    def test_it_allows_another_section_a_slug_that_was_left(self) -> None:
        self.games.slug = "jeux"
        taxonomy.save_section(self.games, by=SYSTEM)
        make_section(self.kg, "Autres jeux", "jeux-video")
        self.assertContains(self.read("/jeux-video/"), "Autres jeux")

    def test_it_writes_a_slug_in_capitals_as_addresses_are(self) -> None:
        make_section(self.kg, "Robots", "Robots")
        self.assertContains(self.read("/robots/"), "Robots")
        self.assertEqual(self.read("/Robots/")["Location"], "/robots/")

    def test_it_refuses_the_site_s_own_words(self) -> None:
        for slug in ("tag", "Auteur", "author", "recherche", "feed", "admin", "preview", "c"):
            with self.subTest(slug=slug), self.assertRaises(ValidationError):
                Section(publication=self.kg, name="X", slug=slug).full_clean()

    def test_it_refuses_a_slug_whose_address_is_a_page_s(self) -> None:
        page = make_article(self.kg, "Publicité", kind="page")
        with self.assertRaises(Refused):
            make_section(self.kg, "Publicité", "publicite")
        self.assertContains(self.read(page.path), "Publicité")
        self.assertFalse(Section.objects.filter(slug="publicite").exists())

    def test_it_takes_a_publisher_of_that_publication(self) -> None:
        for person in (self.camille, self.ines, self.julien, self.zoe):
            with self.assertRaises(Forbidden):
                taxonomy.save_section(self.games, by=person)
        with self.assertRaises(Forbidden):
            taxonomy.save_section(self.mac, by=self.thomas)

    def test_it_invalidates_its_list_and_the_menu_of_every_page(self) -> None:
        Purge.objects.all().delete()
        taxonomy.save_section(self.games, by=self.thomas)
        purged = set(Purge.objects.values_list("tag", flat=True))
        self.assertEqual(purged, {f"section:{self.games.pk}", f"menu:{self.kg.pk}"})
        for path in ("/", "/nulle-part/", self.science.path, make_article(self.kg).path):
            self.assertTrue(cache_tags_of(self.read(path)) & purged, path)

    def test_it_no_longer_lists_an_article_that_left_it(self) -> None:
        article = make_article(self.kg, section=self.games)
        content = replace(Content.of(article.live), section=self.science)
        article = publish(editing.save_draft(article, content, by=self.ines), by=self.ines)
        self.assertNotContains(self.read("/jeux-video/"), article.path)
        self.assertEqual(Address.objects.filter(article=article).count(), 2)
