"""Time for real: a server on loopback with no worker, and workers that are killed.

`python -m tests.living` makes a database of its own on the engine of the settings, starts the house's own processes on
it (`serve`, `worker`), and writes what it saw as JSON; tests/articles/actions/test_living.py says what must be true of
it.
"""

import os

import django

import tests.environment  # noqa: F401 -- first: it sets what the settings read

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
django.setup()
