"""What a change after publication means to readers: how much it changes, and whether somebody must say what it is."""

from articles.content import Content
from articles.models import Revision
from articles.workflow import Change

# What goes without saying: a comma, a letter, an accent. More than this is classed by a person.
MAX_UNCLASSED_CHARACTERS = 3
READER_FIELDS = ("kicker", "headline", "standfirst", "body")


def characters_changed(old: Revision | Content, new: Revision | Content) -> int:
    """How many characters of what readers read lie between the first and the last that differ, text by text. Another
    lead picture counts as more than a few."""
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
    """Whether a change to what readers have is too large to go without saying what it is."""
    return characters_changed(before, new) > MAX_UNCLASSED_CHARACTERS


def change_class(before: Revision, draft: Revision) -> str:
    """What a change means to readers: what a person said it was, else a typo where a few characters changed, else
    nothing (it is sorted otherwise, say)."""
    return draft.change or (Change.TYPO if characters_changed(before, draft) else "")
