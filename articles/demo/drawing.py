"""The demo images: flat editorial illustrations and avatars drawn with Pillow alone.

`draw` paints one of `SCENES` and `portrait` a byline avatar; both are decided entirely by their
arguments. The kit is in `canvas`, the subjects in the `scenes` modules, which only ever talk to
the canvas they are handed.
"""

from __future__ import annotations

import math
import random

from PIL import Image

from articles.demo import scenes_more, scenes_others  # noqa: F401  (registering theirs)
from articles.demo.canvas import NIGHTS, PALETTES, WHITE, Canvas, Colour, Point, blend, mix, palette
from articles.demo.scenes import PAINTERS

# Points read better in rows than one to a line, so the formatter stays out.
# fmt: off

SCENES: tuple[str, ...] = tuple(PAINTERS)


def _backdrop(c: Canvas, starry: bool) -> None:
    """Cover the canvas: a wash of the palette's colours, one large motif, a few small ones."""
    first, middle, last = c.p.back
    corners = [first, mix(first, middle, 0.7), middle, mix(middle, last, 0.4)]
    corners += [mix(first, middle, 0.8), middle, mix(middle, last, 0.7), last]
    c.im.paste(blend(corners, (4, 2), c.im.size))
    w, h = c.half
    c.glow(c.vary(-150, 150), c.vary(-160, 0), 720, c.tint(last, 0.35), 0.6)
    if starry:
        _stars(c, 90)
        c.glow(-w * 0.7, h * 0.6, 420, c.p.main, 0.3)
        return
    c.rng.choice((_orbs, _waves, _rings, _rays, _tiles))(c)
    c.rng.choice((_confetti, _dots, lambda c: _stars(c, 26)))(c)
    stage, soft = c.rng.randrange(4), c.p.pale
    if stage == 0:
        c.disc(0, -10, 385, soft, 0.2)
    elif stage == 1:
        c.disc(0, 0, 300, soft, 0.16)
        c.arc(0, 0, 392, 3, 0, 360, soft, 0.5)
    elif stage == 2:
        radii = [c.vary(320, 420) for _ in range(8)]
        turns = [i * math.tau / 8 for i in range(8)]
        ends = zip(radii, turns, strict=True)
        c.blob([(r * math.cos(t) * 1.1, r * math.sin(t) * 0.9) for r, t in ends], soft, 0.2)
    else:
        with c.at(turn=c.vary(-16, 16)):
            c.box(0, 0, 680, 640, 120, soft, 0.18)


def _orbs(c: Canvas) -> None:
    """Draw large translucent discs here and there."""
    w, h = c.half
    for _ in range(6):
        x, y, r = c.vary(-w, w), c.vary(-h, h), c.vary(90, 330)
        c.disc(x, y, r, c.pick(c.p.pale, c.p.back[0], c.p.back[2]), c.vary(0.08, 0.2))


def _waves(c: Canvas) -> None:
    """Draw four swells across the lower half."""
    w, h = c.half
    for i in range(4):
        phase, swell = c.vary(0, 6), c.vary(24, 56)
        xs = [w * (s / 30 - 1) for s in range(61)]
        crest = [(x, 110 + 95 * i + swell * math.sin(x / 230 + phase)) for x in xs]
        c.poly([*crest, (w, h), (-w, h)], c.pick(c.p.pale, c.p.back[2], c.p.back[0]), 0.17)


def _rings(c: Canvas) -> None:
    """Draw circles spreading from the centre."""
    for i in range(6):
        c.arc(0, 0, 420 + 105 * i, 34 - 4 * i, 0, 360, c.p.pale, 0.15 - 0.015 * i)


def _rays(c: Canvas) -> None:
    """Draw sunbeams from the centre."""
    shift = c.vary(0, 20)
    for i in range(0, 360, 24):
        a, b = math.radians(i + shift), math.radians(i + 12 + shift)
        far = [(1700 * math.cos(t), 1700 * math.sin(t)) for t in (a, b)]
        c.poly([(0, 0), *far], c.p.pale, 0.1)


def _tiles(c: Canvas) -> None:
    """Draw a grid of rounded squares, a third of them present."""
    w, h = c.half
    for x in range(-int(w / 150) - 1, int(w / 150) + 2):
        for y in range(-int(h / 150) - 1, int(h / 150) + 2):
            if c.rng.random() < 0.3:
                c.box(x * 150, y * 150, 138, 138, 30, c.pick(c.p.pale, c.p.back[0]), 0.13)


def _dots(c: Canvas) -> None:
    """Draw two patches of dots at opposite corners."""
    side = c.rng.choice((-1, 1))
    for way in (side, -side):
        x, y = way * c.vary(430, 520), way * side * c.vary(170, 260)
        for i in range(-3, 4):
            for j in range(-2, 3):
                c.disc(x + 34 * i, y + 34 * j, 5, c.p.pale, 0.55)


def _stars(c: Canvas, count: int) -> None:
    """Draw so many stars all over, the largest of them sparkling."""
    w, h = c.half
    for _ in range(count):
        x, y, r = c.vary(-w, w), c.vary(-h, h), c.vary(2, 5)
        c.disc(x, y, r, c.p.pale, c.vary(0.35, 0.9))
        if r > 4.6:
            c.sparkle(x, y, r * 4)


def _confetti(c: Canvas) -> None:
    """Draw small shapes strewn around the subject."""
    for _ in range(14):
        t, r, s = c.vary(0, math.tau), c.vary(400, 780), c.vary(9, 20)
        x, y, colour = r * math.cos(t), r * math.sin(t) * 0.62, c.pick(c.p.sun, c.p.pale, c.p.pop)
        kind = c.rng.randrange(4)
        with c.at(x, y, turn=c.vary(0, 90)):
            if kind == 0:
                c.arc(0, 0, s, 5, 0, 360, colour, 0.9)
            elif kind == 1:
                c.disc(0, 0, s * 0.7, colour, 0.9)
            elif kind == 2:
                c.line([(-s, 0), (s, 0)], 7, colour, 0.9)
            else:
                c.line([(-s, 0), (s, 0)], 6, colour)
                c.line([(0, -s), (0, s)], 6, colour)


def draw(scene: str, seed: str, size: tuple[int, int] = (1600, 900)) -> Image.Image:
    """Return the image (RGB, of that size) of a scene; another seed gives another variant of it."""
    if scene not in PAINTERS:
        raise ValueError(f"unknown scene {scene!r}; known: {', '.join(SCENES)}")
    painter = PAINTERS[scene]
    rng = random.Random(f"{scene}:{seed}")
    c = Canvas(rng, rng.choice(NIGHTS if painter.starry else PALETTES), size)
    _backdrop(c, painter.starry)
    with c.at(sx=painter.zoom, sy=painter.zoom):
        painter.paint(c)
    image = c.im.resize(size, Image.Resampling.LANCZOS)
    if painter.mirrors and rng.random() < 0.5:
        return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return image


def _people(codes: str) -> list[tuple[Colour, list[Colour]]]:
    """Return the colours of lines of a skin and two hair colours, in hexadecimal."""
    rows = [palette(" ".join(row.split() * 3)) for row in codes.splitlines()]
    return [(row.back[0], [row.back[1], row.back[2]]) for row in rows]


# A skin, then two colours of hair that are legible against it.
PEOPLE = _people("""ffdcc4 2f2321 b5502f
ffd3b5 6b4226 d99a4e
f3bf9b 3b2420 8a4a2b
e0a279 2a1d22 5a3524
c4875c 2a1a1c e8e6ea
9c6443 1f1518 3a2220
744a35 1a1114 d8d3d6""")
FRINGES: tuple[list[Point], ...] = (  # the hair in front, from ear to ear
    [(-190, 70), (-212, -90), (-140, -260), (20, -300), (160, -240), (212, -90), (190, 70),
        (168, -60), (60, -150), (-60, -185), (-150, -80)],
    [(-195, 80), (-216, -110), (-130, -265), (0, -296), (130, -265), (216, -110), (195, 80),
        (172, -90), (0, -104), (-172, -90)],
    [(-192, -10), (-250, -120), (-195, -245), (-90, -320), (40, -345), (165, -290), (240, -180),
        (192, -10), (150, -120), (0, -165), (-140, -115)],
    [(-186, -30), (-205, -170), (-80, -285), (120, -280), (205, -160), (186, -30), (150, -140),
        (-50, -165), (-160, -90)],
    [(-184, -40), (-190, -165), (-90, -255), (90, -255), (190, -165), (184, -40), (160, -140),
        (0, -175), (-160, -140)],
    [(-186, -40), (-215, -200), (-90, -320), (110, -335), (232, -240), (186, -40), (158, -135),
        (20, -180), (-150, -120)],
    [(-184, -20), (-192, -150), (-110, -245), (110, -245), (192, -150), (184, -20), (162, -110),
        (0, -205), (-162, -110)],
)
BEHIND = (330, 170, 90)  # how low the hair falls behind, for the first styles


def portrait(seed: str, size: int = 400) -> Image.Image:
    """Return a square avatar (RGB) of an imaginary person: flat, friendly, like nobody in particular."""
    rng = random.Random(f"portrait:{seed}")
    c = Canvas(rng, rng.choice(PALETTES), (size, size))
    p, style, (skin, hairs) = c.p, rng.randrange(len(FRINGES)), rng.choice(PEOPLE)
    hair, shade, line = rng.choice(hairs), mix(skin, (110, 30, 30), 0.26), (34, 22, 30)
    c.im.paste(blend([p.back[0], p.back[1], p.back[1], p.back[2]], (2, 2), c.im.size))
    c.disc(c.vary(-60, 60), c.vary(-60, 0), 370, p.pale, 0.3)
    if style < len(BEHIND):
        low, back = BEHIND[style], mix(hair, line, 0.3)
        c.blob([(-215, -120), (-120, -265), (120, -265), (215, -120), (240, low), (0, low + 30),
            (-240, low)], back)
    if style == 6:
        c.disc(0, -285, 84, hair)
    clothes = c.pick(p.main, p.pop, p.shell, p.deep, p.sun)
    trim = c.tint(clothes, -0.2 if sum(clothes) > 400 else 0.25)
    c.blob([(-400, 520), (-345, 330), (-150, 235), (150, 235), (345, 330),
        (400, 520)], clothes, lift=20)
    collar = rng.randrange(3)
    if collar == 2:
        c.disc(0, 238, 118, shade, ry=66)
    c.box(0, 180, 150, 210 + 50 * (collar == 0), 75, shade)
    if collar == 1:
        c.box(0, 258, 200, 90, 40, trim)
    for side in (-1, 1):
        if collar == 0:
            c.poly([(side * 78, 210), (0, 318), (side * 72, 392), (side * 150, 232)], trim)
        c.disc(side * 174, -10, 36, shade, ry=46)
    jaw = c.vary(88, 104)
    c.blob([(-172, -120), (0, -225), (172, -120), (166, 40), (jaw, 145), (0, 190), (-jaw, 145),
        (-166, 40)], skin)
    if 3 <= style <= 5 and rng.random() < 0.5:
        c.blob([(-168, 10), (-140, 140), (0, 218), (140, 140), (168, 10), (110, 78), (0, 60),
            (-110, 78)], hair)
    for side in (-1, 1):
        c.disc(side * 112, 56, 34, (240, 90, 90), 0.22)
        c.disc(side * 72, -14, 14, line, ry=18)
        c.disc(side * 72 + 5, -21, 5, WHITE)
        c.curve([(side * 46, -62), (side * 74, -74), (side * 104, -62)], 11, mix(hair, line, 0.55))
    c.curve([(0, -6), (12, 38), (-8, 42)], 8, shade)
    c.arc(0, 74, 52, 11, 25, 155, mix((168, 44, 60), line, 0.2 if sum(skin) > 450 else 0.5), ry=34)
    if rng.random() < 0.35:
        for side in (-1, 1):
            c.disc(side * 74, -10, 56, WHITE, 0.2)
            c.arc(side * 74, -10, 56, 9, 0, 360, p.deep)
        c.line([(-20, -16), (20, -16)], 9, p.deep)
    c.blob(FRINGES[style], hair)
    return c.im.resize((size, size), Image.Resampling.LANCZOS)
