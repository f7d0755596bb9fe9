"""The Wagtail site of the comparison, as a very good Wagtail developer would write it.

Its own interpreter runs it (tests/bench/peers/environment.py): nothing of Newsroom is imported here, and Newsroom
imports nothing of it. What was done for its speed:

- DEBUG off, cached template loaders, a connection that stays open, SQLite in WAL mode.
- Every list is one query, of the columns that a card shows, and the 15 pictures of a page are two queries together with
  all their renditions (`prefetch_related_objects` with `prefetch_renditions`). Bylines are read with their portraits,
  which no article page shows, as ours.
- A picture's element is written by a tag of the site (newspaper/templatetags): Wagtail's own took nine of thirty
  milliseconds.
- The section of a card is found by the tree's path among those of the menu, not asked for; related articles are ranked
  on the table of tags; the number of comments is a column.
- Dates, comments and tags have the indexes that these queries want.
- Pages are found and allowed by Wagtail's own means (`route`, view restrictions), which a site does not replace; the
  context processors and middleware are those of `wagtail start`.
- Nothing is compressed: that is left to the server in front. (Ours compresses what it stores, and that is in its time.)
- Behind its cache (PEER_CACHE=1): Django's cache middleware before everything else, pages compressed, in memory.
"""
