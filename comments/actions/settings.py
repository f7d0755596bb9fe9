"""Doors of those who set the rules: settings, policies, rules of screening, terms, blocks."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.presentation import cache_tags
from comments import terms
from comments.models import BlockedSender, CommentSettings, RuleSetting, Term, ThreadPolicy
from comments.policy import locked_settings
from comments.refusals import Refused
from comments.screening import BY_NAME, Rule
from comments.states import Status
from newsroom.lib.batches import batched
from newsroom.pagecache.tags import invalidate
from newsroom.publications.models import Publication
from newsroom.publications.permissions import Forbidden, may

MAX_TERMS = 20_000  # of a publication
VERDICTS = (Status.HELD, Status.SPAM, Status.REJECTED)


def _require(by: Any, verb: str, publication: Publication) -> None:
    if not may(by, verb, publication):
        raise Forbidden(_("This is not yours to do here."))


@transaction.atomic
def save_settings(settings: CommentSettings, *, by: Any) -> CommentSettings:
    """Writes a publication's settings. Raises Forbidden."""
    _require(by, "comment.settings", settings.publication)
    settings.save()
    invalidate({cache_tags.publication(settings.publication)})
    return settings


@transaction.atomic
def save_policy(policy: ThreadPolicy, *, by: Any) -> ThreadPolicy:
    """Writes the policy of a section or of an article. Raises Forbidden, Refused."""
    thing = policy.article or policy.section
    if thing is None or (policy.article and policy.section):
        raise Refused("", _("Name a section or an article, one of the two."))
    if thing.publication.pk != policy.publication.pk:
        raise Refused("", _("It belongs to another publication."))
    _require(by, "comment.policy", policy.publication)
    policy.save()
    _invalidate_policy(policy)
    return policy


@transaction.atomic
def delete_policy(policy: ThreadPolicy, *, by: Any) -> None:
    """Lets a section or an article follow the publication's settings again. Raises Forbidden."""
    _require(by, "comment.policy", policy.publication)
    _invalidate_policy(policy)
    policy.delete()


def _invalidate_policy(policy: ThreadPolicy) -> None:
    """A section's threads stand on its articles' pages, which bear its tag."""
    if policy.article:
        invalidate({cache_tags.article(policy.article)})
    if policy.section:
        invalidate({cache_tags.section(policy.section)})


@transaction.atomic
def save_rule(publication: Publication, rule: Rule, *, by: Any) -> None:
    """Sets one rule of screening as a publication wants it. Raises Forbidden, Refused."""
    _require(by, "comment.screen", publication)
    known = BY_NAME.get(rule.name)
    if known is None or known.is_fixed:
        raise Refused(rule.name, _("This rule is the house’s own."))
    if known.verdict != Status.APPROVED and rule.verdict not in VERDICTS:
        raise Refused(rule.name, _("Choose what the rule does."))
    for value, was in ((rule.limit, known.limit), (rule.minutes, known.minutes)):
        if was is not None and (value is None or value < 0):
            raise Refused(rule.name, _("Give its threshold as a number."))
    RuleSetting.objects.update_or_create(
        publication=publication,
        name=rule.name,
        defaults={
            "is_on": rule.is_on,
            "verdict": known.verdict if known.verdict == Status.APPROVED else rule.verdict,
            "limit": rule.limit,
            "minutes": rule.minutes,
        },
    )


@transaction.atomic
def add_terms(publication: Publication, lines: Iterable[str], kind: str, *, by: Any) -> int:
    """Adds terms, or gives those that are there already their kind, and switches them on. Returns how many there were
    to add. Raises Forbidden, Refused."""
    _require(by, "comment.screen", publication)
    wanted = {terms.folded(line): " ".join(line.split())[:100] for line in lines}
    wanted.pop("", None)
    if too_long := [text for key, text in wanted.items() if len(key) > 120]:
        raise Refused("terms", _("Too long for a term: “%(term)s”.") % {"term": too_long[0]})
    if Term.objects.filter(publication=publication).count() + len(wanted) > MAX_TERMS:
        raise Refused("terms", _("A publication has %(n)d terms at most.") % {"n": MAX_TERMS})
    added = 0
    for keys in batched(wanted, 500):
        known = Term.objects.filter(publication=publication, folded__in=keys)
        found = set(known.values_list("folded", flat=True))
        known.update(kind=kind, is_on=True)
        new = [
            Term(publication=publication, text=wanted[key], folded=key, kind=kind) for key in keys if key not in found
        ]
        Term.objects.bulk_create(new)
        added += len(new)
    _terms_changed(publication)
    return added


@transaction.atomic
def switch_terms(publication: Publication, ids: Iterable[int], *, on: bool, by: Any) -> int:
    """Switches terms on or off. Returns how many. Raises Forbidden."""
    _require(by, "comment.screen", publication)
    changed = Term.objects.filter(publication=publication, pk__in=list(ids)).exclude(is_on=on).update(is_on=on)
    _terms_changed(publication)
    return changed


@transaction.atomic
def remove_terms(publication: Publication, ids: Iterable[int], *, by: Any) -> int:
    """Forgets terms. Returns how many. Raises Forbidden."""
    _require(by, "comment.screen", publication)
    removed = Term.objects.filter(publication=publication, pk__in=list(ids)).delete()[0]
    _terms_changed(publication)
    return removed


def _terms_changed(publication: Publication) -> None:
    settings = locked_settings(publication)
    settings.terms_version = secrets.token_hex(8)
    settings.save()


@transaction.atomic
def lift_block(block: BlockedSender, *, by: Any) -> BlockedSender:
    """Takes comments from a blocked source again. Raises Forbidden."""
    _require(by, "comment.screen", block.publication)
    block.lifted_at = block.lifted_at or timezone.now()
    block.save()
    return block
