"""What an import did, in a size that does not grow with the export."""

from collections import Counter
from dataclasses import dataclass, field

MOST_ARTICLES = 500


@dataclass
class Report:
    """Counts by sort of row, why items were passed over, and what could not be kept.

    `kinds` counts articles by kind of loss. `lost` names the first `MOST_ARTICLES` articles with their losses; all of
    them are recorded on their ImportedItem.
    """

    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)  # by reason
    kinds: Counter[str] = field(default_factory=Counter)
    lost: list[tuple[str, list[str]]] = field(default_factory=list)
    with_losses: int = 0

    def tell(self, title: str, losses: list[str]) -> None:
        """Notes what an article lost. What follows a colon in a sentence is the case, what precedes it the kind."""
        if not losses:
            return
        self.with_losses += 1
        self.kinds.update({loss.split(": ")[0] for loss in losses})
        if len(self.lost) < MOST_ARTICLES:
            self.lost.append((title, losses))
