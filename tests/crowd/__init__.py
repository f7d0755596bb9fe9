"""A crowd: readers who post at once, moderators who decide at once, a worker killed amid a flood.

`python -m tests.crowd` makes a database of its own on the engine of the settings, lets processes of their own loose on
it, and writes what was left as JSON; tests/comments/actions/test_crowd.py says what must be true of it.
"""

import os

import django

import tests.environment  # noqa: F401 -- first: it sets what the settings read

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
django.setup()
