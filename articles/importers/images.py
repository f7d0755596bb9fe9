"""The images of an exported site that the library has: recorded and found by attachment id or by address."""

import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from articles.models import Image, ImportedItem
from newsroom.publications.models import Publication

MAX_KEY_CHARACTERS = 200
_FIGURE = re.compile(r'<figure((?: data-(?:source|attachment|alt)="[^"]*")+)>')
_VALUE = re.compile(r'data-(source|attachment)="([^"]*)"')
# WordPress adds -300x200 to the name of a size of an image, and -scaled to that of a large upload.
_SIZE = re.compile(r"(?:-\d+x\d+|-scaled)(?=\.\w+\Z)")


def key_of_attachment(attachment_id: int | str) -> str:
    """Return the key of ImportedItem for an image with an attachment id."""
    return f"attachment:{attachment_id}"


def key_of_address(address: str) -> str:
    """Return the key for an image with an address: the same for all of its sizes, and for http and https."""
    address = re.sub(r"\Ahttps?:", "", address.split("?")[0].replace(" ", "%20"))
    key = f"address:{_SIZE.sub('', address)}"
    return key if len(key) <= MAX_KEY_CHARACTERS else f"address:{hashlib.sha256(key.encode()).hexdigest()}"


@dataclass
class ImportedImages:
    """The images of one source that the library has for one publication."""

    publication: Publication
    source: str = ""

    def attach(self, image: Image, *, attachment_id: int | None = None, address: str = "") -> None:
        """Record that an image of the library is an image of the source, for this import and later ones."""
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
        """Return the image of an attachment id, as WordPress's postmeta gives it; None if the library has none."""
        if not attachment_id.isdecimal():
            return None
        key = key_of_attachment(attachment_id)
        return self._images_by_key([key]).get(key)

    def insert_images(self, body: str) -> str:
        """Return a sanitised body whose figures show the images that the library has, and the others as they are.

        Runs one query at most.
        """
        keys = {match[0]: _keys(match[1]) for match in _FIGURE.finditer(body)}
        images = self._images_by_key({key for each in keys.values() for key in each})
        if not images:
            return body

        def with_image(match: re.Match[str]) -> str:
            image = next((images[key] for key in keys[match[0]] if key in images), None)
            return f'<figure data-picture="{image.pk}">' if image else match[0]

        return _FIGURE.sub(with_image, body)

    def _images_by_key(self, keys: Iterable[str]) -> dict[str, Image]:
        if not keys:
            return {}
        records = ImportedItem.objects.select_related("image").filter(
            publication=self.publication, source=self.source, key__in=keys, image__isnull=False
        )
        return {record.key: record.image for record in records if record.image}


def _keys(attributes: str) -> list[str]:
    """Return the keys that a figure's image may have, the most certain first."""
    values = {name: html.unescape(value) for name, value in _VALUE.findall(attributes)}
    keys = [key_of_attachment(values["attachment"])] if values.get("attachment") else []
    return keys + ([key_of_address(values["source"])] if values.get("source") else [])
