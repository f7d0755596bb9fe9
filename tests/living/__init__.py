"""Real time: a server on loopback with no worker, and workers that are killed.

`python -m tests.living` makes a database of its own on the engine of the settings, starts our processes on it (`serve`,
`worker`), and writes what it observed as JSON; tests/articles/actions/test_living.py asserts what must be true of it.
"""

import os

import django

import tests.environment  # noqa: F401 -- first: it sets what the settings read

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
django.setup()
