"""The words of public addresses, by the publication's language: /auteur/… in French, /author/… in English."""

WORDS = {
    "fr": {
        "tag": "tag", "author": "auteur", "archive": "archives", "search": "recherche", "compare": "comparateur",
        "contact": "contact", "corrections": "rectificatifs", "changes": "modifications",
    },
    "en": {
        "tag": "tag", "author": "author", "archive": "archive", "search": "search", "compare": "compare",
        "contact": "contact", "corrections": "corrections", "changes": "changes",
    },
}  # fmt: skip

# First steps of a path that no section or page may take: both languages' words, and what the install itself serves.
RESERVED = {word for words in WORDS.values() for word in words.values()} | {
    "admin", "api", "c", "face", "favicon.ico", "feed", "healthz", "index.php", "media", "page", "preview",
    "robots.txt", "sitemap-news.xml", "sitemap.xml", "static", "wp-admin", "wp-content", "wp-json", "wp-login.php",
}  # fmt: skip
