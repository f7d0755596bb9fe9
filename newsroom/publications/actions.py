"""Actions on publications and their aliases. The admin calls them."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from newsroom.actions import action
from newsroom.pagecache.tags import invalidate
from newsroom.publications.models import Host, Publication
from newsroom.publications.parts import HOSTS_TAG
from newsroom.publications.permissions import require


@action
def save_publication(publication: Publication, *, by: Any, columns: Collection[str] | None = None) -> Publication:
    """Add a publication, or write the named columns of one (all, if None). Raises Forbidden.

    Its name, colours and dates are on every page: all its pages are out of date. Readers of a former domain are sent on
    to the new one. Raises ValidationError for a domain that is another site's or the desk's.
    """
    before = Publication.objects.filter(pk=publication.pk).first()
    if before is not None:
        require(by, "publication.change", publication)
    writes_domain = columns is None or "domain" in columns
    changes_domain = before is None or (writes_domain and before.domain != publication.domain)
    if changes_domain:
        require(by, "publication.hosts", publication)
        publication.clean()
    if before is None:
        publication.save()
    else:
        write_columns(publication, columns, also=("changed_at",))
        if changes_domain:
            before.hosts.filter(domain=before.domain).update(redirects=True)
    invalidate({publication.cache_tag, HOSTS_TAG})
    return publication


@action
def save_alias(alias: Host, *, by: Any) -> Host:
    """Add or change another host of a publication. Raises Forbidden; ValidationError for one that is taken."""
    require(by, "publication.hosts", alias.publication)
    alias.full_clean()
    _refuse_own_domain(alias)
    alias.save()
    invalidate({HOSTS_TAG})
    return alias


@action
def delete_alias(alias: Host, *, by: Any) -> None:
    """Delete a host of a publication. Raises Forbidden; ValidationError for its own domain."""
    require(by, "publication.hosts", alias.publication)
    _refuse_own_domain(alias)
    alias.delete()
    invalidate({HOSTS_TAG})


def _refuse_own_domain(host: Host) -> None:
    if Host.objects.filter(pk=host.pk, domain=host.publication.domain).exists():
        raise ValidationError({"domain": _("This is the publication’s own domain.")})


def write_columns(row: Model, columns: Collection[str] | None, also: Collection[str] = ()) -> None:
    """Write some columns of a row: what somebody else changed in others meanwhile stays."""
    if columns is None:
        row.save()
    elif columns:
        row.save(update_fields={*columns, *also})
