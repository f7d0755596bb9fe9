"""Pictures, posts, videos and players of a body."""

import re
from collections.abc import Mapping
from html import escape

from django.utils.translation import gettext as _
from lxml import etree

from articles.importers.wordpress.flow import Flow
from articles.importers.wordpress.pieces import embed, figure, host_of, link
from articles.importers.wordpress.walk import Container, Leaf, Picture, Walk, classes_of

_REMOVED = frozenset(["script", "style", "form", "object", "embed", "applet", "svg", "canvas"])
_EMBED_SCRIPTS = re.compile(
    r"(?:https?:)?//(?:platform\.(?:twitter|x)\.com|embed\.bsky\.app|geo\.dailymotion\.com"
    r"|[^/]+/embed\.js)"
)


def _image(walk: Walk, element: etree._Element, flow: Flow) -> None:
    alt = (element.get("alt") or "").strip()
    classes = element.get("class") or ""
    caption = walk.captions.get(element, "")
    if {"emoji", "wp-smiley"} & set(classes.split()):
        flow.text(alt)
        _caption_alone(caption, flow)
        return
    # Lazy loaders put the address elsewhere and a grey pixel in its place.
    given = (element.get(name) or "" for name in ("src", "data-src", "data-lazy-src"))
    source = next((each.strip() for each in given if each and not each.startswith("data:")), "")
    if not source:
        walk.losses.add(_("picture without an address removed"))
        _caption_alone(caption, flow)
        return
    named = re.search(r"\bwp-image-([0-9]{1,18})\b", classes)
    number = named[1] if named else element.get("data-id") or walk.attachments.get(element, "")
    attachment = int(number) if re.fullmatch(r"[0-9]{1,18}", number) else None
    _picture(walk, Picture(source, attachment, alt, caption), flow)


def _caption_alone(caption: str, flow: Flow) -> None:
    """Write the caption of a picture that is not kept."""
    if caption:
        flow.block(f"<p>{caption}</p>")


def _picture(walk: Walk, picture: Picture, flow: Flow) -> None:
    walk.pictures.append(picture)
    attributes = {
        "data-source": picture.source,
        "data-attachment": "" if picture.attachment_id is None else str(picture.attachment_id),
        "data-alt": picture.alt,
    }
    given = " ".join(f'{key}="{escape(value)}"' for key, value in attributes.items() if value)
    flow.block(figure(given, picture.caption))


def _frame(walk: Walk, element: etree._Element, flow: Flow) -> None:
    # Lazy loaders keep the address aside.
    addresses = [each for name in ("src", "data-src") if (each := element.get(name))]
    if found := next(filter(None, map(embed, addresses)), None):
        flow.block(found)
    else:
        walk.losses.add(_("frame from %(host)s removed") % {"host": host_of(addresses[-1] if addresses else "")})


def _player(walk: Walk, element: etree._Element, flow: Flow) -> None:
    sources = [element.get("src"), *(each.get("src") for each in element.iterfind("source"))]
    address = next(filter(None, sources), None)
    if address:
        flow.block(link(address))
        walk.losses.add(_("%(what)s of %(host)s kept as a link") % {"what": element.tag, "host": host_of(address)})
    else:
        walk.losses.add(_("%(what)s without an address removed") % {"what": element.tag})


def _remove(walk: Walk, element: etree._Element, flow: Flow) -> None:
    inner = [element, *element.iter("param", "embed")] if element.tag == "object" else []
    given = (each.get(name) for each in inner for name in ("data", "src", "value"))
    if found := next(filter(None, (embed(address) for address in given if address)), None):
        flow.block(found)
    elif element.tag != "script" or not _EMBED_SCRIPTS.match(element.get("src") or ""):
        walk.losses.add(_("%(what)s removed") % {"what": element.tag})


def _figure(walk: Walk, element: etree._Element, flow: Flow, depth: int) -> None:
    if player := embed(element.get("data-embed") or ""):
        flow.block(player)
    number = (element.get("data-attachment") or element.get("id") or "").removeprefix("attachment_")
    images = list(element.iter("img"))
    legend = next(element.iter("figcaption"), None)
    if not images and not len(element) and re.fullmatch("[0-9]{1,18}", number):
        _picture(walk, Picture("", int(number), "", ""), flow)
    elif len(images) == 1 and not any(True for _inner in element.iterdescendants("figure")):
        walk.attachments[images[0]] = number
        if legend is not None and legend not in images[0].iterancestors():
            _write_at_caption(walk, images[0], legend, depth)
    elif "wp-block-embed" in classes_of(element):
        _link_embed(walk, element, legend)
    walk.inside(element, flow, depth)
    for block in walk.written.pop(legend, []) if legend is not None else []:  # the caption is in what was removed
        flow.block(block)
    flow.end_paragraph()


def _write_at_caption(walk: Walk, image: etree._Element, legend: etree._Element, depth: int) -> None:
    """Write a picture with its caption where the caption is, so that text between the two keeps its order."""
    walk.captions[image], after = walk.flow(legend, depth).inline()
    written = walk.new_flow()
    _image(walk, image, written)
    for block in after:
        written.block(block)
    written.end_paragraph()
    walk.written |= {image: [], legend: written.blocks}


def _link_embed(walk: Walk, element: etree._Element, legend: etree._Element | None) -> None:
    """Make a link of the address in an embed block that we have no player for."""
    for wrapper in element.iter("div", "figure"):
        address = (wrapper.text or "").strip()
        if wrapper is not legend and re.fullmatch(r"https?://[!-~]+", address):
            wrapper.text = None
            etree.SubElement(wrapper, "a", href=address).text = address
            walk.losses.add(_("%(what)s of %(host)s kept as a link") % {"what": "embed", "host": host_of(address)})


LEAVES: Mapping[str, Leaf] = {
    **dict.fromkeys(_REMOVED, _remove),
    "img": _image,
    "iframe": _frame,
    "embed": _frame,
    "video": _player,
    "audio": _player,
}
CONTAINERS: Mapping[str, Container] = {"figure": _figure}
