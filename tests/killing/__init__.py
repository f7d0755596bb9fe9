"""Actions cut short: processes that are killed inside an action, and two actions at once.

`python -m tests.killing` makes a database of its own on the engine of the settings, runs everything there, and writes
what it found as JSON; tests/articles/actions/test_killed.py says what must be true of it. It runs in a process of its
own, with one thread, so that it can fork.
"""

import os

import django

import tests.environment  # noqa: F401 -- first: it sets what the settings read

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
django.setup()
