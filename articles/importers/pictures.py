"""Which of a source's pictures the library holds: found by attachment id or by address."""

import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from articles.models import Image, ImportedItem
from newsroom.publications.models import Publication

LONGEST_KEY = 200
_FIGURE = re.compile(r'<figure((?: data-(?:source|attachment|alt)="[^"]*")+)>')
_VALUE = re.compile(r'data-(source|attachment)="([^"]*)"')
# WordPress names sizes of a picture -300x200 and large uploads -scaled.
_SIZE = re.compile(r"(?:-\d+x\d+|-scaled)(?=\.\w+\Z)")


def key_of_attachment(attachment_id: int | str) -> str:
    """The key of ImportedItem under which a source's picture is held."""
    return f"attachment:{attachment_id}"


def key_of_address(address: str) -> str:
    """The same, for a picture known by its address only; its sizes are one picture, and so are http and https."""
    address = re.sub(r"\Ahttps?:", "", address.split("?")[0].replace(" ", "%20"))
    key = f"address:{_SIZE.sub('', address)}"
    return key if len(key) <= LONGEST_KEY else f"address:{hashlib.sha256(key.encode()).hexdigest()}"


@dataclass
class HeldPictures:
    """The pictures of one source that were attached for one publication."""

    publication: Publication
    source: str = ""

    def attach(self, image: Image, *, attachment_id: int | None = None, address: str = "") -> None:
        """Records that the library holds a source's picture, for this import and later ones."""
        keys = [key_of_attachment(attachment_id)] if attachment_id else []
        keys += [key_of_address(address)] if address else []
        for key in keys:
            ImportedItem.objects.update_or_create(
                publication=self.publication,
                source=self.source,
                key=key,
                defaults={"image": image, "digest": image.digest},
            )

    def by_attachment(self, attachment_id: str) -> Image | None:
        """The picture of an attachment id, as WordPress's postmeta names it."""
        if not attachment_id.isdecimal():
            return None
        key = key_of_attachment(attachment_id)
        return self._held([key]).get(key)

    def place(self, body: str) -> str:
        """A clean body whose figures of held pictures show them; the others stay as they are. One query, if any."""
        keys = {match[0]: _keys(match[1]) for match in _FIGURE.finditer(body)}
        held = self._held({key for each in keys.values() for key in each})
        if not held:
            return body

        def shown(match: re.Match[str]) -> str:
            image = next((held[key] for key in keys[match[0]] if key in held), None)
            return f'<figure data-picture="{image.pk}">' if image else match[0]

        return _FIGURE.sub(shown, body)

    def _held(self, keys: Iterable[str]) -> dict[str, Image]:
        if not keys:
            return {}
        records = ImportedItem.objects.select_related("image").filter(
            publication=self.publication, source=self.source, key__in=keys, image__isnull=False
        )
        return {record.key: record.image for record in records if record.image}


def _keys(attributes: str) -> list[str]:
    """The keys under which a figure's picture may be held, the surest first."""
    values = {name: html.unescape(value) for name, value in _VALUE.findall(attributes)}
    keys = [key_of_attachment(values["attachment"])] if values.get("attachment") else []
    return keys + ([key_of_address(values["source"])] if values.get("source") else [])
