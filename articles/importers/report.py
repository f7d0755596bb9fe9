"""The report of an import, whose size does not grow with the export."""

from collections import Counter
from dataclasses import dataclass, field

MAX_ARTICLES = 500


@dataclass
class Report:
    """How many rows of each sort were created and updated, why items were skipped, and what could not be kept.

    `kinds` counts articles by kind of loss. `lost` has the first `MAX_ARTICLES` articles (title, losses); the losses of
    all are recorded on their ImportedItem.
    """

    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)  # by reason
    kinds: Counter[str] = field(default_factory=Counter)
    lost: list[tuple[str, list[str]]] = field(default_factory=list)
    with_losses: int = 0

    def add_losses(self, title: str, losses: list[str]) -> None:
        """Add what an article lost, in sentences: what precedes a colon is the kind of loss, what follows the case."""
        if not losses:
            return
        self.with_losses += 1
        self.kinds.update({loss.split(": ")[0] for loss in losses})
        if len(self.lost) < MAX_ARTICLES:
            self.lost.append((title, losses))
