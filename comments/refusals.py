"""Why a door did nothing, in words for whoever asked."""


class Refused(Exception):
    """Nothing was done. `field` names what to mend ("text", "email"…), "" where it is nobody's mistake."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Stale(Refused):
    """The comment is no longer what was judged: it was edited, or decided about, meanwhile."""
