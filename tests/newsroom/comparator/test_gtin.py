"""Bar codes: their check digit, their forms, and those that name nothing outside one shop."""

from unittest import TestCase

from newsroom.comparator.gtin import check_digit, normalised

# What is typed or sent → in 14 digits; "" for what is none. The reason stands beside each.
CODES = (
    ("4006381333931", "04006381333931", "an EAN-13"),
    ("400 6381-333931", "04006381333931", "as people type it"),
    ("036000291452", "00036000291452", "a UPC-A"),
    ("0036000291452", "00036000291452", "the same with a zero before it"),
    ("96385074", "00000096385074", "an EAN-8"),
    ("10614141000415", "10614141000415", "a box of several: another thing than one"),
    ("0306406152", "09780306406157", "an ISBN of ten characters"),
    ("080442957X", "09780804429573", "one whose check digit is X"),
    ("9780306406157", "09780306406157", "the same book, in thirteen"),
    ("4006381333932", "", "a wrong check digit"),
    ("0000000000000", "", "zeros: an empty field of a database"),
    ("400638133393", "", "a digit too few, and no UPC either"),
    ("2000000000008", "", "what a shop weighs itself (prefix 2)"),
    ("0200000000002", "", "the same (prefix 02)"),
    ("20000004", "", "the same in eight digits"),
    ("4.00638E+12", "", "what a spreadsheet makes of one"),
    ("n/a", "", "a word"),
    ("", "", "nothing"),
    ("9" * 400, "", "far too many"),
    ("٤٠٠٦٣٨١٣٣٣٩٣١", "", "digits of another script"),
)


class GtinTests(TestCase):
    def test_it_has_one_form_for_each_code_and_none_for_what_is_no_code(self) -> None:
        for typed, expected, why in CODES:
            self.assertEqual(normalised(typed), expected, why)

    def test_it_refuses_any_other_check_digit(self) -> None:
        stem = "400638133393"
        right = check_digit(stem)
        self.assertEqual([digit for digit in "0123456789" if normalised(stem + digit)], [right])
