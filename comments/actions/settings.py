"""Actions on a publication's settings of comments: settings, policies, rules of screening, terms, blocked senders."""

import secrets
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.presentation import cache_tags
from comments import terms
from comments.models import BlockedSender, CommentSettings, RuleSetting, Term, ThreadPolicy
from comments.refusals import Refused
from comments.screening import BY_NAME, Rule
from comments.states import Status
from newsroom.actions import action
from newsroom.lib.batches import batched
from newsroom.pagecache.tags import invalidate
from newsroom.publications.models import Publication
from newsroom.publications.permissions import require

MAX_TERMS = 20_000  # of a publication
MAX_TERMS_AT_ONCE = 2_000  # tried or added: 0.1 s
VERDICTS = (Status.HELD, Status.SPAM, Status.REJECTED)


def locked_settings(publication: Publication) -> CommentSettings:
    """Return a publication's settings, stored and locked until the transaction ends.

    Posting locks them first, so that comments come one at a time and limits hold under a flood. Within a transaction.
    """
    rows = CommentSettings.objects.select_for_update()
    return (
        rows.filter(publication=publication).first()
        or rows.get_or_create(publication=publication, defaults=CommentSettings.defaults_for(publication))[0]
    )


@action
def stored_settings(publication: Publication) -> CommentSettings:
    """Return a publication's settings as a row, made with the defaults of its language where there was none."""
    return locked_settings(publication)


@action
def save_settings(settings: CommentSettings, fields: Collection[str], *, by: Any) -> CommentSettings:
    """Write the named fields of a publication's settings, and leave the others as they are stored.

    The row may be older than the database: somebody else may have saved another field since. Raises Forbidden.
    """
    require(by, "comment.settings", settings.publication)
    settings.save(update_fields=[*fields, "changed_at"])
    invalidate({cache_tags.threads(settings.publication)})
    return settings


@action
def save_policy(policy: ThreadPolicy, *, by: Any) -> ThreadPolicy:
    """Write the policy of a section or of an article; as a new one where it was deleted meanwhile.

    Raises Forbidden; Refused unless it names one thing, of its own publication.
    """
    thing = policy.article or policy.section
    if thing is None or (policy.article and policy.section):
        raise Refused("", _("Name a section or an article, one of the two."))
    if thing.publication.pk != policy.publication.pk:
        raise Refused("", _("It belongs to another publication."))
    require(by, "comment.policy", policy.publication)
    if ThreadPolicy.objects.select_for_update().filter(pk=policy.pk).exists():
        policy.save(update_fields=["mode", "closes_after", "changed_at"])
    else:
        policy.save(force_insert=True)
    _invalidate_policy(policy)
    return policy


@action
def delete_policy(policy: ThreadPolicy, *, by: Any) -> None:
    """Delete the policy of a section or an article, which then follows the publication's settings. Raises Forbidden."""
    require(by, "comment.policy", policy.publication)
    _invalidate_policy(policy)
    policy.delete()


def _invalidate_policy(policy: ThreadPolicy) -> None:
    """Invalidate the pages that show its threads: a section's are on its articles' pages, which carry its tag."""
    if policy.article:
        invalidate({cache_tags.comments(policy.article.pk)})
    if policy.section:
        invalidate({cache_tags.threads(policy.section.publication)})


@action
def save_rule(publication: Publication, rule: Rule, *, by: Any) -> None:
    """Store how a publication sets one rule of screening.

    Raises Forbidden; Refused, whose field is the rule's name, for a rule that is fixed or unknown, a verdict that is
    none of VERDICTS, a threshold that is missing or negative.
    """
    require(by, "comment.screen", publication)
    known = BY_NAME.get(rule.name)
    if known is None or known.is_fixed:
        raise Refused(rule.name, _("This rule is fixed."))
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


class AddedTerms(NamedTuple):
    """What became of terms: how many are new, how many were there already or twice, and which are refused, and why."""

    new: int
    known: int
    refused: tuple[tuple[str, str], ...]


@action
def add_terms(publication: Publication, lines: Iterable[str], kind: str, *, by: Any) -> AddedTerms:
    """Add terms, one a line; give those that are there already their kind, and switch them on.

    Returns what became of each line that is not empty. Raises Forbidden; Refused for more than MAX_TERMS.
    """
    require(by, "comment.screen", publication)
    settings = locked_settings(publication)  # first: of two moderators, the second counts what the first added
    given = [line for line in (" ".join(line.split()) for line in lines) if line]
    refused = tuple((line, reason) for line in given if (reason := terms.why_not(line)))
    unusable = {line for line, _reason in refused}
    wanted = {terms.term_key(line): line for line in given if line not in unusable}
    if Term.objects.filter(publication=publication).count() + len(wanted) > MAX_TERMS:
        raise Refused("terms", _("A publication has %(n)d terms at most.") % {"n": MAX_TERMS})
    added = 0
    for keys in batched(wanted, 500):
        known = Term.objects.filter(publication=publication, folded__in=keys)
        known_keys = set(known.values_list("folded", flat=True))
        known.update(kind=kind, is_on=True)
        new = [
            Term(publication=publication, text=wanted[key], folded=key, kind=kind)
            for key in keys
            if key not in known_keys
        ]
        Term.objects.bulk_create(new)
        added += len(new)
    _renew_terms_version(settings)
    return AddedTerms(added, len(given) - len(refused) - added, refused)


@action
def switch_terms(publication: Publication, ids: Iterable[int], *, on: bool, by: Any) -> int:
    """Switch terms on or off. Returns how many changed. Raises Forbidden."""
    require(by, "comment.screen", publication)
    settings = locked_settings(publication)
    changed = Term.objects.filter(publication=publication, pk__in=list(ids)).exclude(is_on=on).update(is_on=on)
    _renew_terms_version(settings)
    return changed


@action
def remove_terms(publication: Publication, ids: Iterable[int], *, by: Any) -> int:
    """Delete terms. Returns how many. Raises Forbidden."""
    require(by, "comment.screen", publication)
    settings = locked_settings(publication)
    removed = Term.objects.filter(publication=publication, pk__in=list(ids)).delete()[0]
    _renew_terms_version(settings)
    return removed


def _renew_terms_version(settings: CommentSettings) -> None:
    """Name the new state of a publication's terms: each process then reads them again. For locked settings."""
    settings.terms_version = secrets.token_hex(8)
    settings.save(update_fields=["terms_version"])


@action
def lift_block(block: BlockedSender, *, by: Any) -> BlockedSender:
    """Take comments from a blocked sender again. Returns the block as it is stored. Raises Forbidden."""
    require(by, "comment.screen", block.publication)
    BlockedSender.objects.filter(pk=block.pk, lifted_at__isnull=True).update(lifted_at=timezone.now())
    block.refresh_from_db(fields=["lifted_at"])
    return block
