"""Which of a source's pictures the library holds: found by attachment id or by address."""

import html
import re
from dataclasses import dataclass, field

from articles.models import Image, ImportedItem
from newsroom.publications.models import Publication

_FIGURE = re.compile(r'<figure((?: data-(?:source|attachment|alt)="[^"]*")+)>')
_VALUE = re.compile(r'data-(source|attachment)="([^"]*)"')
# WordPress names sizes of a picture -300x200 and large uploads -scaled.
_SIZE = re.compile(r"(?:-\d+x\d+|-scaled)(?=\.\w+\Z)")


def key_of_attachment(attachment_id: int | str) -> str:
    """The key of ImportedItem under which a source's picture is held."""
    return f"attachment:{attachment_id}"


def key_of_address(address: str) -> str:
    """The same, for a picture known by its address only; its sizes are one picture."""
    return f"address:{_SIZE.sub('', address.split('?')[0])}"[:200]


@dataclass
class HeldPictures:
    """The pictures of one source that were attached for one publication."""

    publication: Publication
    source: str = ""
    _found: dict[str, Image | None] = field(default_factory=dict)

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
            self._found[key] = image

    def by_attachment(self, attachment_id: str) -> Image | None:
        """The picture of an attachment id, as WordPress's postmeta names it."""
        return self._held(key_of_attachment(attachment_id)) if attachment_id.isdecimal() else None

    def place(self, body: str) -> str:
        """A clean body whose figures of held pictures show them; the others stay as they are."""

        def shown(match: re.Match[str]) -> str:
            values = {name: html.unescape(value) for name, value in _VALUE.findall(match[1])}
            image = self.by_attachment(values.get("attachment", ""))
            if image is None and values.get("source"):
                image = self._held(key_of_address(values["source"]))
            return f'<figure data-picture="{image.pk}">' if image else match[0]

        return _FIGURE.sub(shown, body)

    def _held(self, key: str) -> Image | None:
        if key not in self._found:
            record = (
                ImportedItem.objects.select_related("image")
                .filter(publication=self.publication, source=self.source, key=key)
                .first()
            )
            self._found[key] = record.image if record else None
        return self._found[key]
