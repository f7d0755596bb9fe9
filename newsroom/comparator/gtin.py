"""Global Trade Item Numbers: the digits under a bar code (EAN, UPC, ISBN), in the one form in which they are compared.

Source: GS1 General Specifications, 3.3 (lengths), 7.9 (check digit), 1.4.4 (numbers of restricted circulation).
"""

import re

LENGTH = 14
_LENGTHS = (8, 12, 13, 14)
_SEPARATORS = re.compile(r"[\s\u2010-\u2015.-]+")
# Prefixes of a GTIN-13 that any shop prints on what it weighs or packs itself; of a GTIN-8, 0 and 2.
_RESTRICTED = ("02", "04", "2")
_MAX_TYPED_CHARACTERS = 40


def normalised(text: str) -> str:
    """Return a GTIN in 14 digits, as they are typed or sent: "3 770001-234561", "0885909950805".

    "" for what is none: another length, a wrong check digit, only zeros, or a number of restricted circulation, which
    names different things in different shops. An ISBN of ten characters becomes one of thirteen.
    """
    digits = _SEPARATORS.sub("", text[:_MAX_TYPED_CHARACTERS]).upper()
    if len(digits) == 10 and _is_isbn10(digits):
        digits = f"978{digits[:9]}"
        digits += check_digit(digits)
    if len(digits) not in _LENGTHS or not (digits.isascii() and digits.isdigit()) or not digits.strip("0"):
        return ""
    if digits[-1] != check_digit(digits[:-1]):
        return ""
    padded = digits.zfill(LENGTH)
    is_restricted = digits[0] in "02" if len(digits) == 8 else padded[1:].startswith(_RESTRICTED)
    return "" if is_restricted else padded


def check_digit(digits: str) -> str:
    """Return the check digit of a number: three times each other digit from the right, to the next ten."""
    total = sum(int(digit) * (3 if n % 2 == 0 else 1) for n, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _is_isbn10(digits: str) -> bool:
    """Whether ten characters are an ISBN: weights 10 to 1, modulo 11, X for ten (ISO 2108:2005, annex C)."""
    if not re.fullmatch(r"\d{9}[\dX]", digits, re.ASCII):
        return False
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(value * (10 - n) for n, value in enumerate(values)) % 11 == 0
