"""What a reader gets on a page, read from its HTML: cards, strips of cards, the link to what follows."""

from dataclasses import dataclass
from typing import Any

import lxml.html

TITLE = "strip-title"  # the class of the heading above cards


@dataclass(frozen=True)
class ShownCard:
    """A card as a reader gets it. `over`: the words above its headline, such as a section or a sister site's name."""

    headline: str
    url: str
    origin: str
    over: tuple[str, ...]


def cards_in(page: Any, within: str = "") -> list[ShownCard]:
    """Return the cards of a page's list in their order; those within elements of a class, where one is given.

    What stands in a strip, among related articles or beside an article is in no list.
    """
    (main,) = _tree(page).xpath("//main")
    elements = main.find_class("card")
    if within:
        return [_card(one) for one in elements if any(_has_class(above, within) for above in one.iterancestors())]
    return [_card(one) for one in elements if not {above.tag for above in one.iterancestors()} & {"section", "aside"}]


def headlines_in(page: Any, within: str = "") -> list[str]:
    """Return the headlines of the same cards."""
    return [card.headline for card in cards_in(page, within)]


def strips_in(page: Any) -> dict[str, list[str]]:
    """Return the headlines of each strip of a page, by its title."""
    strips = _tree(page).find_class("strip")
    return {
        " ".join(strip.find_class(TITLE)[0].text_content().split()): [
            _card(card).headline for card in strip.find_class("card")
        ]
        for strip in strips
    }


def corrections_in(page: Any) -> list[tuple[str, str]]:
    """Return the address and the headline of each article of the page of corrections, in its order."""
    links = _tree(page).xpath('//ol[@class="corrections"]/li/h2/a')
    return [(str(link.get("href")), " ".join(link.text_content().split())) for link in links]


def next_in(page: Any) -> str:
    """Return the address of the following page of a list, "" where it ends."""
    links = _tree(page).xpath('//main//a[@rel="next"]/@href')
    return str(links[0]) if links else ""


def _tree(page: Any) -> Any:
    return lxml.html.fromstring(page.content.decode())


def _card(element: Any) -> ShownCard:
    (headline,) = element.find_class("card-headline")
    (link,) = headline.iter("a")
    (over,) = element.find_class("card-over")
    origins = over.find_class("origin")
    words = tuple(" ".join(one.text_content().split()) for one in over)
    return ShownCard(link.text_content(), link.get("href"), origins[0].text_content() if origins else "", words)


def _has_class(element: Any, name: str) -> bool:
    return name in element.get("class", "").split()
