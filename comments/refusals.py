"""Exceptions of actions on comments: why nothing was done, in words for whoever asked."""


class Refused(Exception):
    """Nothing was done. `field` names what to correct ("text", "email"…), "" where it is nobody's mistake."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
