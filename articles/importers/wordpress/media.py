"""Writers of images, embedded posts, videos and players."""

import re
from collections.abc import Mapping
from html import escape

from django.utils.translation import gettext as _
from lxml import etree

from articles.importers.wordpress.converter import BodyImage, Container, Converter, Leaf, classes_of
from articles.importers.wordpress.flow import Flow
from articles.importers.wordpress.pieces import embed, figure, host_of, link

_REMOVED = frozenset(["script", "style", "form", "object", "embed", "applet", "svg", "canvas"])
_EMBED_SCRIPTS = re.compile(
    r"(?:https?:)?//(?:platform\.(?:twitter|x)\.com|embed\.bsky\.app|geo\.dailymotion\.com"
    r"|[^/]+/embed\.js)"
)


def _image(converter: Converter, element: etree._Element, flow: Flow) -> None:
    alt = (element.get("alt") or "").strip()
    classes = element.get("class") or ""
    caption = converter.captions.get(element, "")
    if {"emoji", "wp-smiley"} & set(classes.split()):
        flow.text(alt)
        _caption_alone(caption, flow)
        return
    # Lazy loading keeps the address in another attribute, and a grey pixel in src.
    addresses = (element.get(name) or "" for name in ("src", "data-src", "data-lazy-src"))
    source = next((address.strip() for address in addresses if address and not address.startswith("data:")), "")
    if not source:
        converter.losses.add(_("image without an address removed"))
        _caption_alone(caption, flow)
        return
    in_class = re.search(r"\bwp-image-([0-9]{1,18})\b", classes)
    number = in_class[1] if in_class else element.get("data-id") or converter.attachments.get(element, "")
    attachment = int(number) if re.fullmatch(r"[0-9]{1,18}", number) else None
    _write_image(converter, BodyImage(source, attachment, alt, caption), flow)


def _caption_alone(caption: str, flow: Flow) -> None:
    """Write the caption of an image that is not kept."""
    if caption:
        flow.block(f"<p>{caption}</p>")


def _write_image(converter: Converter, image: BodyImage, flow: Flow) -> None:
    converter.images.append(image)
    attributes = {
        "data-source": image.source,
        "data-attachment": "" if image.attachment_id is None else str(image.attachment_id),
        "data-alt": image.alt,
    }
    written = " ".join(f'{key}="{escape(value)}"' for key, value in attributes.items() if value)
    flow.block(figure(written, image.caption))


def _frame(converter: Converter, element: etree._Element, flow: Flow) -> None:
    # Lazy loading keeps the address in another attribute.
    addresses = [each for name in ("src", "data-src") if (each := element.get(name))]
    if player := next(filter(None, map(embed, addresses)), None):
        flow.block(player)
    else:
        converter.losses.add(_("frame from %(host)s removed") % {"host": host_of(addresses[-1] if addresses else "")})


def _player(converter: Converter, element: etree._Element, flow: Flow) -> None:
    sources = [element.get("src"), *(each.get("src") for each in element.iterfind("source"))]
    address = next(filter(None, sources), None)
    if address:
        flow.block(link(address))
        converter.losses.add(_("%(what)s of %(host)s kept as a link") % {"what": element.tag, "host": host_of(address)})
    else:
        converter.losses.add(_("%(what)s without an address removed") % {"what": element.tag})


def _remove(converter: Converter, element: etree._Element, flow: Flow) -> None:
    inner = [element, *element.iter("param", "embed")] if element.tag == "object" else []
    addresses = (each.get(name) for each in inner for name in ("data", "src", "value"))
    if player := next(filter(None, (embed(address) for address in addresses if address)), None):
        flow.block(player)
    elif element.tag != "script" or not _EMBED_SCRIPTS.match(element.get("src") or ""):
        converter.losses.add(_("%(what)s removed") % {"what": element.tag})


def _figure(converter: Converter, element: etree._Element, flow: Flow, depth: int) -> None:
    if player := embed(element.get("data-embed") or ""):
        flow.block(player)
    number = (element.get("data-attachment") or element.get("id") or "").removeprefix("attachment_")
    images = list(element.iter("img"))
    caption = next(element.iter("figcaption"), None)
    if not images and not len(element) and re.fullmatch("[0-9]{1,18}", number):
        _write_image(converter, BodyImage("", int(number), "", ""), flow)
    elif len(images) == 1 and not any(True for _inner in element.iterdescendants("figure")):
        converter.attachments[images[0]] = number
        if caption is not None and caption not in images[0].iterancestors():
            _write_at_caption(converter, images[0], caption, depth)
    elif "wp-block-embed" in classes_of(element):
        _link_embed(converter, element, caption)
    converter.inside(element, flow, depth)
    for block in converter.written.pop(caption, ()):  # still there if the caption is inside something removed
        flow.block(block)
    flow.end_paragraph()


def _write_at_caption(converter: Converter, image: etree._Element, caption: etree._Element, depth: int) -> None:
    """Write an image with its caption where the caption is, so that text between the two keeps its order."""
    converter.captions[image], after = converter.flow(caption, depth).inline()
    written = converter.new_flow()
    _image(converter, image, written)
    for block in after:
        written.block(block)
    written.end_paragraph()
    converter.written |= {image: [], caption: written.blocks}


def _link_embed(converter: Converter, element: etree._Element, caption: etree._Element | None) -> None:
    """Make a link of the address in an embed block for which there is no player."""
    for wrapper in element.iter("div", "figure"):
        address = (wrapper.text or "").strip()
        if wrapper is not caption and re.fullmatch(r"https?://[!-~]+", address):
            wrapper.text = None
            etree.SubElement(wrapper, "a", href=address).text = address
            converter.losses.add(_("%(what)s of %(host)s kept as a link") % {"what": "embed", "host": host_of(address)})


LEAVES: Mapping[str, Leaf] = {
    **dict.fromkeys(_REMOVED, _remove),
    "img": _image,
    "iframe": _frame,
    "embed": _frame,
    "video": _player,
    "audio": _player,
}
CONTAINERS: Mapping[str, Container] = {"figure": _figure}
