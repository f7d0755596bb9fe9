"""The same small news site in Newsroom and in Wagtail, to be compared by `python -m tests.bench.pages`.

`content` is what both show, word for word; `ours` fills and measures Newsroom's; `site/` is the Wagtail project, in an
environment of its own (`wagtail_peer`); `bare` is an application that only answers bytes.
"""
