"""A browser's name for itself, in the words of whoever uses it."""

# The first that is found: each names those after it too, to be served what they are.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
MAX_CHARACTERS = 60


def browser_in_words(user_agent: str) -> str:
    """Return "Firefox, Windows" for a User-Agent header (RFC 9110, 10.1.5); its own beginning where nobody is known."""
    found = [next((name for token, name in names if token in user_agent), None) for names in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name) or user_agent[:MAX_CHARACTERS]
