"""Which site answers where: read for every request, and held until one of them changes. How parts are rendered."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from newsroom.pagecache.fragments import Fragment
from newsroom.pagecache.parts import Making, part
from newsroom.publications.models import Host, Publication

HOSTS_TAG = "hosts"


@part
def hosts(making: Making) -> dict[str, Host]:
    """Return every host by its name, with its publication. One query, for all of an install's."""
    making.tag(HOSTS_TAG)
    return {host.domain: host for host in Host.objects.select_related("publication")}


def publication_of(making: Making, pk: int) -> Publication:
    """Return a publication, from the held hosts: each has one. No query. Raises LookupError for none of that id."""
    for host in making.get(hosts).values():
        if host.publication_id == pk:
            return host.publication
    raise LookupError(f"There is no publication {pk}.")


def rendered(making: Making, template: str, on: Publication, *, is_optional: bool = False, **context: Any) -> Fragment:
    """Return a template as a part of a publication's pages, in its language, with the parts that were placed in it."""
    with translation.override(on.language):
        html = render_to_string(template, {"publication": on, **context})
    return making.fragment(html, is_optional=is_optional)
