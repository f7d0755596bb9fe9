"""The class of a change after publication (typo, update, correction), and when a person must choose it."""

from articles.content import Content
from articles.models import Revision
from articles.workflow import Change

# A comma, a letter, an accent: a typo without anybody saying so. The class of more is chosen by a person.
MAX_UNCLASSED_CHARACTERS = 3
READER_FIELDS = ("kicker", "headline", "standfirst", "body")


def characters_changed(old: Revision | Content, new: Revision | Content) -> int:
    """Return how many characters lie between the first and the last that differ, summed over what readers read.

    Another lead image counts as one more than MAX_UNCLASSED_CHARACTERS.
    """
    texts = sum(_span(getattr(old, name), getattr(new, name)) for name in READER_FIELDS)
    return texts + (MAX_UNCLASSED_CHARACTERS + 1 if old.lead_image != new.lead_image else 0)


def _span(old: str, new: str) -> int:
    if old == new:
        return 0
    shorter = min(len(old), len(new))
    start = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    end = next((n for n in range(shorter - start) if old[-1 - n] != new[-1 - n]), shorter - start)
    return max(len(old), len(new)) - start - end


def needs_change_class(before: Revision, new: Revision | Content) -> bool:
    """Return whether a change to what readers have is so large that a person must choose its class."""
    return characters_changed(before, new) > MAX_UNCLASSED_CHARACTERS


def change_class(before: Revision, draft: Revision) -> str:
    """Return the class of a change: the one chosen, else a typo if any character changed, else ""."""
    return draft.change or (Change.TYPO if characters_changed(before, draft) else "")
