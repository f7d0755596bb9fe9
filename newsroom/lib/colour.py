"""Contrast of colours, and colours moved until text in them can be read. Pure functions on "#rrggbb"."""


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 to 1 (WCAG 2.2, "relative luminance")."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, on: str, ratio: float = 4.6) -> str:
    """Return `colour`, moved towards black or white until its contrast with the background `on` is `ratio`."""
    target = (0.0, 0.0, 0.0) if luminance(on) > 0.18 else (1.0, 1.0, 1.0)
    start = _channels(colour)
    for step in range(51):
        share = step / 50
        mixed = "#" + "".join(f"{round(255 * (c + (t - c) * share)):02x}" for c, t in zip(start, target, strict=True))
        if contrast(mixed, on) >= ratio:
            return mixed
    return mixed
