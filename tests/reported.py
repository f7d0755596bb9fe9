"""Inputs that people reported, with the value that is right: read where they lie, beside the project."""

import ast
import re
from pathlib import Path
from typing import Any
from unittest import TestCase

FILE = Path(__file__).parents[2] / "shared" / "corpus" / "reports" / "failing-inputs.txt"
_ROW = re.compile(r"   (?:FAIL|ok  ) (?P<input>.+?) got (?P<got>.+?)(?: WANT (?P<wanted>.+))?\Z")


def reported(test: TestCase, kind: str) -> list[tuple[Any, Any]]:
    """Return the inputs of a kind with their right values. The test is skipped where there is no such file."""
    if not FILE.is_file():
        test.skipTest("no reports beside the project")
    _before, _heading, after = FILE.read_text(encoding="utf-8").partition(f"== {kind}\n")
    rows = [_ROW.match(line.rstrip()) for line in after.partition("\n== ")[0].splitlines()]
    found = [(ast.literal_eval(row["input"]), ast.literal_eval(row["wanted"] or row["got"])) for row in rows if row]
    test.assertTrue(found, kind)
    return found
