"""Actions on preview links: one exact revision for somebody without an account, until a set time, revocable."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import checks
from articles.actions.base import locked, log
from articles.models import Article, PreviewLink
from articles.workflow import Finding, Refused, Verb
from newsroom.actions import action
from newsroom.publications.permissions import require, user_of

MAX_LIFETIME = dt.timedelta(days=30)


@action
def share(article: Article, number: int, *, by: Any, for_whom: str, until: dt.datetime) -> PreviewLink:
    """Make a link to revision `number` of an article. Raises Forbidden; Refused under embargo, or past MAX_LIFETIME."""
    article, now = locked(article), timezone.now()
    require(by, "article.share", article)
    checks.refuse_under_embargo(article, now)
    for_whom = " ".join(for_whom.split())[:120]
    if not for_whom:
        raise Refused([Finding("for_whom", _("Say who is to read it."))])
    if not now < until <= now + MAX_LIFETIME:
        raise Refused([Finding("until", _("A link lasts %(n)d days at most.") % {"n": MAX_LIFETIME.days})])
    revision = article.revisions.filter(number=number).first()
    if revision is None:
        raise Refused([Finding("revision", _("This article has no revision %(n)d.") % {"n": number})])
    link = PreviewLink.objects.create(
        article=article, revision=revision, for_whom=for_whom, created_by=user_of(by), created_at=now, expires_at=until
    )
    note = f"{for_whom} · {article.publication.date(link.expires_at)}"
    log(Verb.SHARED, article, by, revision=revision, note=note)
    return link


@action
def revoke(link: PreviewLink, *, by: Any) -> PreviewLink:
    """Close a link for good. Revoking twice is revoking once. Raises Forbidden."""
    article = locked(link.article)
    require(by, "article.share", article)
    link = PreviewLink.objects.select_for_update(of=("self",)).select_related("revision").get(pk=link.pk)
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        log(Verb.LINK_REVOKED, article, by, revision=link.revision, note=link.for_whom)
    return link
