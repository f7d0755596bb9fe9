"""Characters that show nothing: kept where they mean something, removed where they only hide. Pure, without Django.

Sources: Unicode Technical Standard 51 (emoji sequences), Unicode 16, chapters 23.2 (joiners, directional marks), 23.4
(variation selectors) and 23.9 (tags).
"""

import re

_TAGS = "\U000e0000-\U000e007f"
# A flag of a region: the black flag, its letters as tags, and the end (England's, Brittany's).
_REGION_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
_TAG = re.compile(f"({_REGION_FLAG})|[{_TAGS}]")

_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
# What has variants: keycaps, signs and emoji, ideographs, letters of Myanmar and its neighbours.
_HAS_VARIANTS = (
    "0-9#*\xa9\xae\u1000-\u18af\u203c-\u3299\u3400-\u9fff\uf900-\ufaff\U0001f000-\U0001fbff\U00020000-\U000323af"
)
_SELECTOR = re.compile(f"(?<![{_HAS_VARIANTS}])[{_SELECTORS}]")

# Scripts in which a joiner changes how letters are written: from Hebrew and Arabic to those of India and beyond.
_JOINING_LETTERS = "\u0590-\u1cff\ua800-\uaadf\ufb1d-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff"
_EMOJI = "\xa9\xae\u203c-\u3299\U0001f000-\U0001fbff"
_JOINER = re.compile(f"(?<![{_JOINING_LETTERS}])\u200c|(?<![{_JOINING_LETTERS}{_EMOJI}\ufe0f\U000e007f])\u200d")
_JOINER_OF_NOTHING = re.compile(f"(?<![{_JOINING_LETTERS}])\u200d(?![{_EMOJI}])")

# Marks that only say which way a sign beside them runs; only text that runs from the right needs them.
_DIRECTION = re.compile("[\u061c\u200e\u200f]")
_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)

# What shows nothing, or a blank, and is no space: soft hyphen, zero width space, word joiner, fillers, blank Braille.
_BLANK = re.compile("[\xad\u034f\u115f\u1160\u180e\u200b\u2060-\u2064\u2800\u3164\ufeff\uffa0\ufffc]")


def visible_name(text: str) -> str:
    """Return a name on one line, without what nobody sees in it: two names that look alike are one."""
    return " ".join(_BLANK.sub("", without_hidden(text)).split())


def without_hidden(text: str) -> str:
    """Return a text without the tags, variation selectors, joiners and directional marks that mean nothing in it."""
    if text.isascii():
        return text
    text = _TAG.sub(lambda match: match[1] or "", text)
    text = _JOINER_OF_NOTHING.sub("", _JOINER.sub("", _SELECTOR.sub("", text)))
    return text if _FROM_THE_RIGHT.search(text) else _DIRECTION.sub("", text)
