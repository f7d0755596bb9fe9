"""What imported articles are sorted under: an export's categories, tags and logins, as the house's rows.

Each row is looked up once an import. What an earlier import made of a category is found by its old address, so that the
desk may rename a section in between.
"""

from collections.abc import Iterable
from html import unescape
from urllib.parse import urlsplit

from articles.actions import addresses, taxonomy
from articles.importers import wxr
from articles.importers.report import Report
from articles.models import Address, Author, Section, Tag
from articles.models.address import normalise
from newsroom.lib.text import fold, slugify
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from newsroom.publications.words import RESERVED

MENU_SIZE = 9


def named(text: str) -> str:
    """A name as it is read: WordPress keeps `&amp;` in names."""
    return " ".join(unescape(text).split())


class Sorting:
    """The sections, tags and bylines of one import."""

    def __init__(self, publication: Publication, report: Report) -> None:
        self._publication = publication
        self._report = report
        self._bases = [""]  # what the old site's addresses begin with
        self._parents: dict[str, str] = {}  # category's slug → its parent's
        self._sections: dict[str, Section] = {}
        self._tags: dict[str, Tag] | None = None  # the house's, by folded name
        self._tag_slugs: set[str] = set()  # whose addresses are kept already
        self._names: dict[str, str] = {}  # login → display name
        self._authors: dict[str, Author] = {}
        self._bylines: dict[str, Author] | None = None  # the house's, by folded name
        self._position = publication.sections.count()

    def moved_from(self, base_url: str) -> None:
        """Learns where the site was: one in a directory had its addresses below it."""
        base = urlsplit(base_url).path.rstrip("/")
        self._bases = [base, ""] if base else [""]

    # -- sections ------------------------------------------------------------------------------------------------------

    def section(self, category: wxr.Category) -> Section:
        """The section of a category, made if there is none; its old addresses lead there."""
        key = category.slug or category.name
        if category.parent:
            self._parents[key] = category.parent
        if key not in self._sections:
            self._sections[key] = self._section_before(key) or self._new_section(category, key)
            for path in {f"/category/{key}/", f"/category/{self._nested(key)}/"}:
                self._remember(path, self._sections[key])
        return self._sections[key]

    def _section_before(self, key: str) -> Section | None:
        """What the category became in an earlier import, or the publication's section of that slug."""
        slug = slugify(key)
        try:
            path = normalise(f"{self._bases[0]}/category/{key}/")
        except ValueError:
            path = ""
        old = Address.objects.select_related("section").filter(publication=self._publication, path=path).first()
        if old and old.section:
            return old.section
        return self._publication.sections.filter(slug=slug).first() if slug not in RESERVED else None

    def _new_section(self, category: wxr.Category, key: str) -> Section:
        self._position += 1
        section = Section(
            publication=self._publication,
            name=named(category.name or key)[:80],
            slug=self._free_slug(slugify(key) or "rubrique"),
            position=self._position,
            in_menu=not category.parent and self._position <= MENU_SIZE,
        )
        taxonomy.save_section(section, by=SYSTEM)
        self._report.created["section"] += 1
        return section

    def _free_slug(self, slug: str) -> str:
        """A slug that is no word of the site's own, no other section's, and no page's."""
        candidate, number = slug, 1
        while (
            candidate in RESERVED
            or self._publication.sections.filter(slug=candidate).exists()
            or Address.objects.filter(publication=self._publication, path=f"/{candidate}/", canonical=True).exists()
        ):
            number += 1
            candidate = f"{slug[:76]}-{number}"
        return candidate

    def _nested(self, key: str) -> str:
        """The slugs from the outermost category down to this one, as WordPress's addresses have them."""
        line = [key]
        while (parent := self._parents.get(line[0])) and parent not in line:
            line.insert(0, parent)
        return "/".join(line)

    # -- tags ----------------------------------------------------------------------------------------------------------

    def tags(self, terms: Iterable[wxr.TagTerm]) -> tuple[Tag, ...]:
        """The house's tags of these, in order, each once; the old addresses of those spelt otherwise lead there."""
        terms = list(terms)
        names: dict[str, str] = {}
        for term in terms:
            name = named(term.name or term.slug)
            if fold(name):
                names.setdefault(fold(name), name)
        if self._tags is None:
            self._tags = {tag.folded: tag.canonical for tag in Tag.objects.select_related("merged_into")}
        for folded, name in names.items():
            if folded not in self._tags:
                self._tags[folded] = taxonomy.tags_named([name], by=SYSTEM)[0]
                self._report.created["tag"] += 1
        for term in terms:
            tag = self._tags.get(fold(named(term.name or term.slug)))
            if tag and term.slug and term.slug not in self._tag_slugs:
                self._remember(f"/tag/{term.slug}/", tag, unless=f"/tag/{tag.slug}/")
                self._tag_slugs.add(term.slug)
        return tuple(dict.fromkeys(self._tags[folded] for folded in names))

    # -- bylines -------------------------------------------------------------------------------------------------------

    def sign(self, author: wxr.WxrAuthor) -> None:
        """Learns a login's name, and sees to its byline."""
        self._names[author.login] = author.display_name
        if author.login:
            self.author(author.login)

    def name_of(self, login: str) -> str:
        return named(self._names.get(login) or login).replace(",", " ")[:120].strip()

    def author(self, login: str) -> Author | None:
        """The byline of a login: the house's of that name, or a new one. None if it has no name to sign with."""
        if login not in self._authors:
            if not (name := self.name_of(login)):
                return None
            self._authors[login] = author = self._byline(name)
            for path in {f"/author/{login}/", f"/author/{slugify(login) or login}/"}:
                self._remember(path, author, unless=f"/author/{author.slug}/")
        return self._authors[login]

    def _byline(self, name: str) -> Author:
        if self._bylines is None:
            self._bylines = {fold(row.name): row for row in Author.objects.order_by("-pk")}
        if fold(name) not in self._bylines:
            self._bylines[fold(name)] = taxonomy.save_author(Author(name=name), by=SYSTEM)
            self._report.created["author"] += 1
        return self._bylines[fold(name)]

    def _remember(self, path: str, target: Section | Tag | Author, unless: str = "") -> None:
        """Keeps an old address, `unless` it is one that the site answers by itself."""
        for base in self._bases:
            if base + path != unless:
                addresses.remember(self._publication, base + path, target)
