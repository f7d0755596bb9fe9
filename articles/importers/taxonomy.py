"""The sections, tags and bylines of imported articles, made from an export's categories, tags and logins.

Each row is looked up once an import. The section that an earlier import made of a category is found by its old address,
so that the desk may rename a section in between.
"""

from collections.abc import Iterable
from html import unescape
from urllib.parse import urlsplit

from articles.actions import addresses, taxonomy
from articles.importers import wxr
from articles.importers.report import Report
from articles.models import Address, Author, Section, Tag
from articles.models.address import normalise
from newsroom.lib.invisible import visible_name
from newsroom.lib.text import fold, slugify
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from newsroom.publications.words import reserved_words

MAX_MENU_SECTIONS = 9


def clean_name(text: str) -> str:
    """Return a name without entities (WordPress stores `&amp;` in names), extra space and what nobody sees."""
    return visible_name(unescape(text))


class ImportedTaxonomy:
    """The sections, tags and bylines of one import."""

    def __init__(self, publication: Publication, report: Report) -> None:
        self._publication = publication
        self._report = report
        self._bases = [""]  # the path below which the old site's addresses are, and the root
        self._parents: dict[str, str] = {}  # slug of a category → slug of its parent
        self._sections: dict[str, Section] = {}
        self._tags: dict[str, Tag] | None = None  # all tags of the install, by folded name
        self._tag_slugs: set[str] = set()  # whose addresses are recorded already
        self._names: dict[str, str] = {}  # login → display name
        self._authors: dict[str, Author] = {}
        self._bylines: dict[str, Author] | None = None  # all bylines of the install, by folded name
        self._position = publication.sections.count()

    def set_base(self, base_url: str) -> None:
        """Set the address of the exported site: one in a directory had its addresses below it."""
        base = urlsplit(base_url).path.rstrip("/")
        self._bases = [base, ""] if base else [""]

    # -- sections ------------------------------------------------------------------------------------------------------

    def section(self, category: wxr.Category) -> Section:
        """Return the section of a category, created if there is none; its old addresses lead there."""
        key = category.slug or category.name
        if category.parent:
            self._parents[key] = category.parent
        if key not in self._sections:
            self._sections[key] = self._existing_section(key) or self._create_section(category, key)
            for path in {f"/category/{key}/", f"/category/{self._nested(key)}/"}:
                self._remember(path, self._sections[key])
        return self._sections[key]

    def _existing_section(self, key: str) -> Section | None:
        """Return the section that an earlier import made of a category, or the publication's section of that slug."""
        slug = slugify(key)
        try:
            path = normalise(f"{self._bases[0]}/category/{key}/")
        except ValueError:
            path = ""
        old = Address.objects.select_related("section").filter(publication=self._publication, path=path).first()
        if old and old.section:
            return old.section
        return self._publication.sections.filter(slug=slug).first() if slug not in reserved_words() else None

    def _create_section(self, category: wxr.Category, key: str) -> Section:
        self._position += 1
        section = Section(
            publication=self._publication,
            name=clean_name(category.name or key)[:80],
            slug=self._free_slug(slugify(key) or "rubrique"),
            position=self._position,
            in_menu=not category.parent and self._position <= MAX_MENU_SECTIONS,
        )
        taxonomy.save_section(section, by=SYSTEM)
        self._report.created["section"] += 1
        return section

    def _free_slug(self, slug: str) -> str:
        """Return a slug that is not reserved, and is no other section's and no static page's."""
        candidate, number = slug, 1
        while (
            candidate in reserved_words()
            or self._publication.sections.filter(slug=candidate).exists()
            or Address.objects.filter(publication=self._publication, path=f"/{candidate}/", canonical=True).exists()
        ):
            number += 1
            candidate = f"{slug[:76]}-{number}"
        return candidate

    def _nested(self, key: str) -> str:
        """Return the path of slugs from the outermost category down to this one, as in WordPress's addresses."""
        path = [key]
        while (parent := self._parents.get(path[0])) and parent not in path:
            path.insert(0, parent)
        return "/".join(path)

    # -- tags ----------------------------------------------------------------------------------------------------------

    def tags(self, terms: Iterable[wxr.TagTerm]) -> tuple[Tag, ...]:
        """Return the tags of these terms, in order, each once, created if missing; their old addresses lead there."""
        terms = list(terms)
        names: dict[str, str] = {}
        for term in terms:
            name = clean_name(term.name or term.slug)
            if fold(name):
                names.setdefault(fold(name), name)
        if self._tags is None:
            rows = list(Tag.objects.select_related("merged_into"))
            self._tags = {fold(visible_name(tag.name)): tag.canonical for tag in rows}
            self._tags |= {tag.folded: tag.canonical for tag in rows}
        for folded, name in names.items():
            if folded not in self._tags:
                self._tags[folded] = taxonomy.tags_named([name], by=SYSTEM)[0]
                self._report.created["tag"] += 1
        for term in terms:
            tag = self._tags.get(fold(clean_name(term.name or term.slug)))
            if tag and term.slug and term.slug not in self._tag_slugs:
                self._remember(f"/tag/{term.slug}/", tag, unless=f"/tag/{tag.slug}/")
                self._tag_slugs.add(term.slug)
        return tuple(dict.fromkeys(self._tags[folded] for folded in names))

    # -- bylines -------------------------------------------------------------------------------------------------------

    def add_login(self, author: wxr.WxrAuthor) -> None:
        """Record the name of a login, and make sure that it has a byline."""
        self._names[author.login] = author.display_name
        if author.login:
            self.author(author.login)

    def name_of(self, login: str) -> str:
        """Return the name that a login signs with, "" if it has none."""
        return clean_name(self._names.get(login) or login).replace(",", " ")[:120].strip()

    def author(self, login: str) -> Author | None:
        """Return the byline of that name, created if there is none; None if the login has no name to sign with."""
        if login not in self._authors:
            if not (name := self.name_of(login)):
                return None
            self._authors[login] = author = self._byline(name)
            for path in {f"/author/{login}/", f"/author/{slugify(login) or login}/"}:
                self._remember(path, author, unless=f"/author/{author.slug}/")
        return self._authors[login]

    def _byline(self, name: str) -> Author:
        if self._bylines is None:
            self._bylines = {fold(visible_name(row.name)): row for row in Author.objects.order_by("-pk")}
        if fold(name) not in self._bylines:
            self._bylines[fold(name)] = taxonomy.save_author(Author(name=name), by=SYSTEM)
            self._report.created["author"] += 1
        return self._bylines[fold(name)]

    def _remember(self, path: str, target: Section | Tag | Author, unless: str = "") -> None:
        """Record an old address, `unless` it is the address that the target has here anyway."""
        for base in self._bases:
            if base + path != unless:
                addresses.remember(self._publication, base + path, target)
