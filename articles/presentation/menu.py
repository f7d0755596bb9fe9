"""The menu and the footer of a publication's pages, and the rows that they are made of, which rarely change."""

from articles.models import Section
from articles.presentation import cache_tags
from articles.presentation.links import archive_url, corrections_url, home_url
from articles.presentation.static_pages import FooterPage, footer_pages
from newsroom.pagecache.fragments import Fragment
from newsroom.pagecache.parts import Making, part
from newsroom.publications.parts import publication_of, rendered


@part
def sections(making: Making, publication: int) -> list[Section]:
    """Return a publication's sections in their order. One query."""
    making.tag(cache_tags.of_id("menu", publication))
    return list(Section.objects.filter(publication=publication))


@part
def links_to_pages(making: Making, publication: int) -> list[FooterPage]:
    """Return the links to a publication's static pages. One query."""
    making.tag(cache_tags.of_id("menu", publication))
    return footer_pages(publication_of(making, publication))


@part
def menu(making: Making, publication: int, section: int, is_list: bool) -> Fragment:
    """Return a publication's menu on the page of a section: its list, or an article in it; 0 for none."""
    on = publication_of(making, publication)
    shown = [row for row in making.get(sections, publication) if row.in_menu]
    return rendered(making, "articles/parts/menu.html", on, menu=shown, section=section, is_list=is_list)


@part
def footer(making: Making, publication: int) -> Fragment:
    """Return the footer of a publication's pages."""
    on = publication_of(making, publication)
    return rendered(
        making, "articles/parts/footer.html", on, home_url=home_url(),
        footer_pages=making.get(links_to_pages, publication), archive_url=archive_url(on),
        corrections_url=corrections_url(on),
    )  # fmt: skip
