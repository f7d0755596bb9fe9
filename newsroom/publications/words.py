"""Words of public addresses, by the publication's language: /auteur/… in French, /author/… in English."""

from dataclasses import asdict

from newsroom.lib.languages import LANGUAGES

WORDS: dict[str, dict[str, str]] = {code: asdict(language.words) for code, language in LANGUAGES.items()}

# First steps of a path that no section or page may take: every language's words, and what the install itself serves.
RESERVED = {word for words in WORDS.values() for word in words.values()} | {
    "admin", "api", "c", "face", "favicon.ico", "feed", "healthz", "index.php", "media", "page", "preview",
    "robots.txt", "sitemap-news.xml", "sitemap.xml", "static", "wp-admin", "wp-content", "wp-json", "wp-login.php",
}  # fmt: skip
