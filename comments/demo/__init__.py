"""The demo's readers: what they wrote under its articles, and what waits for its moderator this morning."""

from comments.demo import stage

__all__ = ["stage"]
