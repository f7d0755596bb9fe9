"""The subjects of the demo images: one function a scene, all drawing on the canvas they get.

A scene keeps within +-450 units of the centre, takes its colours from the canvas's palette
(`c.p`) and its small variations from the canvas's chance, so that it suits any background.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from articles.demo.canvas import Canvas

# Points read better in rows than one to a line, so the formatter stays out.
# fmt: off


class Painter(NamedTuple):
    """How to paint a scene, if under a night sky, if it may be mirrored, and at what scale."""

    paint: Callable[[Canvas], None]
    starry: bool
    mirrors: bool
    zoom: float


PAINTERS: dict[str, Painter] = {}
Paint = Callable[[Canvas], None]


def scene(
    *, starry: bool = False, mirrors: bool = True, zoom: float = 1
) -> Callable[[Paint], Paint]:
    """Register the decorated function as the scene of its name."""

    def register(paint: Paint) -> Paint:
        PAINTERS[paint.__name__.rstrip("_")] = Painter(paint, starry, mirrors, zoom)
        return paint

    return register


def floor(c: Canvas, y: float, r: float) -> None:
    """Draw the pool of shade under something that stands at height `y`."""
    c.disc(0, y, r, c.p.deep, 0.16, ry=r * 0.09)
    c.disc(0, y, r * 0.75, c.p.deep, 0.2, ry=r * 0.055)


@scene(zoom=1.08)
def phone(c: Canvas) -> None:
    p = c.p
    with c.at(turn=c.vary(-14, 14)):
        c.slab(0, 0, 330, 680, 62)
        c.view(0, 0, 302, 652, 48)
        c.box(0, -296, 96, 26, 13, p.deep)
        c.box(0, -190, 190, 34, 17, p.shell, 0.95)
        c.box(0, -142, 120, 18, 9, p.shell, 0.6)
        c.box(0, 262, 270, 92, 34, p.shell, 0.3)
        for i, colour in enumerate((p.main, p.sun, p.pop, p.shell)):
            c.box(-96 + 64 * i, 262, 52, 52, 16, colour)
        c.glare(0, 0, 302, 652)
        c.card(c.vary(60, 110), c.vary(-60, 40), 330, 104, c.pick(p.main, p.pop))


@scene(zoom=1.12)
def foldable(c: Canvas) -> None:
    p, lean = c.p, c.vary(0.1, 0.16)
    floor(c, 330, 380)
    for side in (-1, 1):
        with c.at(side * 2, skew=-side * lean):
            c.slab(side * 165, 0, 330, 560, 34, 12)
            c.view(side * 165, 0, 306, 536, 24)
            if side < 0:
                c.box(-165, -196, 250, 60, 30, p.shell, 0.9)
                c.box(-226, -90, 128, 110, 26, p.sun)
                c.box(-104, -90, 100, 110, 26, p.pop)
            for i in range(3 if side > 0 else 0):
                c.card(165, -190 + 98 * i, 250, 82, (p.main, p.pop, p.sun)[i])
            c.glare(side * 165, 0, 306, 536)
    c.box(0, 0, 12, 560, 6, (p.pale, p.deep))


@scene()
def laptop(c: Canvas) -> None:
    p, side = c.p, c.vary(-60, 60)
    floor(c, 275, 440)
    c.slab(0, -90, 640, 430, 26, 16)
    c.view(0, -90, 608, 398, 12)
    c.box(side - 60, -120, 320, 220, 20, p.shell, lift=22)
    c.rows(side - 190, -196, (150, 250, 210, 250), 18, 38)
    for i in range(4):
        height = c.vary(30, 130)
        c.box(side - 172 + 70 * i, -20 - height / 2 + 2, 40, height, 8, (p.main, p.pop)[i % 2])
    c.card(170, 30, 250, 84, p.pop)
    c.glare(0, -90, 608, 398)
    c.poly([(-320, 124), (320, 124), (415, 240), (-415, 240)], (p.shell, p.pale))
    for i in range(4):
        y, half = 142 + 15 * i, 290 + 13 * i
        for k in range(12):
            c.box(-half + (k + 0.5) * half / 6, y, half / 6 - 7, 11, 3, p.deep, 0.75)
    c.poly([(-85, 205), (85, 205), (94, 232), (-94, 232)], p.deep, 0.14)
    c.box(0, 250, 830, 24, 12, (p.pale, c.tint(p.pale, -0.3)))


@scene()
def tablet(c: Canvas) -> None:
    p = c.p
    with c.at(turn=c.vary(-12, -4)):
        c.slab(0, 0, 740, 530, 44, 24)
        c.view(0, 0, 692, 482, 22)
        c.box(-304, 0, 52, 330, 26, p.shell, lift=16)
        for i, colour in enumerate((p.main, p.pop, p.sun, p.deep, p.pale)):
            c.disc(-304, -124 + 62 * i, 17, colour)
        swirl = [(-190, 120), (-110, -30), (-20, 90), (60, -70), (120, 40), (172, 2)]
        c.curve([(x, y + c.vary(-25, 25)) for x, y in swirl], 15, p.shell)
        c.glare(0, 0, 692, 482)
    with c.at(175, -12, turn=-52):
        c.poly([(4, 8), (40, -9), (40, 21)], p.deep)
        c.box(240, 6, 410, 32, 15, (p.shell, p.pale), lift=24)
        c.box(330, 6, 26, 32, 0, p.pop)


@scene()
def watch(c: Canvas) -> None:
    p, strap = c.p, c.pick(c.p.main, c.p.pop, c.p.deep)
    with c.at(turn=c.vary(-12, 12)):
        for way in (-1, 1):
            with c.at(sy=way):
                c.poly([(-130, 120), (130, 120), (96, 420),
                    (-96, 420)], (strap, c.tint(strap, -0.3)))
                for i in range(3):
                    c.box(0, 270 + 46 * i, 30, 16, 8, p.deep, 0.35)
        c.box(188, -50, 40, 90, 18, (p.pale, c.tint(p.pale, -0.4)))
        c.box(0, 0, 370, 430, 120, (p.shell, c.tint(p.pale, -0.15)), lift=34)
        c.box(0, 0, 336, 396, 104, p.deep)
        for i, colour in enumerate((p.pop, p.sun, p.main)):
            c.arc(0, 0, 134 - 36 * i, 26, 0, 360, colour, 0.22)
            c.arc(0, 0, 134 - 36 * i, 26, -90, -90 + c.vary(150, 320), colour)
        c.disc(0, 0, 20, p.shell)
        c.glare(0, 0, 300, 372)


@scene(zoom=1.12)
def earbuds(c: Canvas) -> None:
    p, shell = c.p, c.pick(c.p.shell, c.p.main, c.p.pop)
    floor(c, 350, 300)
    c.box(0, -10, 460, 320, 130, (c.tint(shell, -0.12), c.tint(shell, -0.3)), lift=30)
    c.box(0, 20, 400, 250, 100, c.tint(shell, -0.55))
    for side in (-1, 1):
        with c.at(side * 95, -70, turn=side * c.vary(6, 14)):
            c.box(side * -8, 90, 50, 220, 25, (p.shell, p.pale), lift=16)
            c.disc(0, -40, 76, (p.shell, p.pale), lift=22)
            c.disc(side * -26, -46, 30, (c.tint(p.pale, -0.45), c.tint(p.pale, -0.2)), ry=38)
            c.disc(side * 26, -44, 11, p.main)
    c.box(0, 205, 460, 270, 120, (c.tint(shell, 0.3), c.tint(shell, -0.14)), lift=30)
    c.box(0, 150, 80, 12, 6, p.deep, 0.3)
    c.disc(0, 190, 9, p.sun)
    c.box(-120, 160, 120, 22, 11, c.tint(shell, 0.9), 0.4)


@scene()
def vr_headset(c: Canvas) -> None:
    p, top = c.p, c.pick(c.p.main, c.p.pop)
    skin, hair = c.pick((250, 208, 178), (205, 142, 102), (120, 76, 54)), c.tint(p.deep, 0.08)
    c.blob([(-400, 520), (-330, 320), (-130, 240), (130, 240), (330, 320),
        (400, 520)], top, lift=24)
    c.box(0, 215, 130, 170, 60, c.tint(skin, -0.22))
    c.blob([(-190, 110), (-225, -60), (-205, -220), (-110, -325), (110, -325), (205, -220),
        (225, -60), (190, 110)], hair)
    c.blob([(-160, -140), (0, -230), (160, -140), (150, 70), (75, 200), (-75, 200),
        (-150, 70)], skin)
    c.blob([(-175, -90), (-180, -220), (0, -310), (180, -220), (175, -90), (30, -165)], hair)
    c.box(0, -250, 62, 190, 24, (p.pale, c.tint(p.pale, -0.3)))
    c.arc(0, 105, 42, 11, 20, 160, c.tint(skin, -0.55), ry=28)
    c.box(0, -70, 440, 66, 26, p.deep)
    c.blob(
        [(-215, -160), (0, -180), (215, -160), (232, -60), (190, 35), (60, 36), (0, 8),
            (-60, 36), (-190, 35), (-232, -60)],
        (p.shell, p.pale), lift=30,
    )
    c.box(0, -82, 390, 150, 68, (p.main if top != p.main else p.pop, p.deep))
    c.disc(-90, -95, 34, p.sun, 0.9)
    c.curve([(-180, -40), (-60, -76), (50, -40), (180, -84)], 8, p.shell, 0.8)
    c.glare(0, -82, 330, 146)


@scene()
def datacentre(c: Canvas) -> None:
    p = c.p
    c.glow(0, 60, 480, p.main, 0.5)
    c.poly([(0, -120), (440, 134), (0, 388), (-440, 134)], p.deep, 0.3)
    for x, y in ((0, -10), (-170, 88), (170, 88), (0, 186)):
        h, colour = 300 + c.rng.choice((0, 0, 50)), c.pick(p.shell, p.pale)
        c.cube(x, y + 90, 165, 165, h, colour)
        for face in (-1, 1):
            with c.at(x, y + 90, skew=-face * 0.577):
                for i in range(6):
                    top = -h + 34 + i * (h - 40) / 6
                    c.box(face * 71, top, 112, 26, 6, p.deep, 0.9)
                    for k in range(3):
                        light = c.pick(p.main, p.sun, p.pop)
                        c.disc(face * 71 - 40 + 24 * k, top, 6, light)


@scene()
def chip(c: Canvas) -> None:
    p, die = c.p, c.pick(c.p.main, c.p.pop)
    c.glow(0, 0, 480, die, 0.5)
    with c.at(0, 20, sy=0.6), c.at(turn=45):
        for quarter in range(4):
            with c.at(turn=90 * quarter):
                for i in range(7):
                    x, y = -168 + 56 * i, 300 + c.rng.choice((0, 40, 80))
                    c.line([(x, 200), (x, y)], 9, p.pale)
                    c.disc(x, y + 10, 14, p.sun)
                    c.box(x, 248, 26, 46, 6, p.shell)
    # A thick plate is a pile of thin ones, the topmost lit.
    plates = ((470, 40, c.tint(p.deep, 0.2), 60, 16), (290, 30, die, 0, 8))
    for size, r, colour, base, layers in plates:
        for i in range(layers):
            with c.at(0, base - 4 * i, sy=0.6), c.at(turn=45):
                top = i == layers - 1
                light = c.tint(colour, 0.3 if top else -0.35)
                c.box(0, 0, size, size, r, (light, c.tint(colour, -0.35)))
    with c.at(0, -28, sy=0.6), c.at(turn=45):
        c.box(0, 0, 190, 190, 20, p.shell, 0.22)
        for x, y in ((-1, -1), (0, -1), (1, -1), (-1, 0), (0, 0), (1, 0), (-1, 1), (0, 1), (1, 1)):
            c.box(x * 56, y * 56, 42, 42, 8, c.pick(p.shell, c.tint(die, 0.55), p.sun))


@scene(starry=True)
def rocket(c: Canvas) -> None:
    p, trim = c.p, c.pick(c.p.main, c.p.pop)
    with c.at(20, -30, turn=c.vary(18, 34)):
        for w, length, colour in ((78, 470, p.pop), (56, 400, p.sun), (30, 330, p.shell)):
            c.blob([(-w, 190), (w, 190), (w * 0.7, 290), (0, length), (-w * 0.7, 290)], colour)
        for side in (-1, 1):
            with c.at(sx=side):
                c.blob([(60, 40), (150, 110), (185, 250), (90, 205), (50, 190)], trim)
        c.box(0, 205, 120, 44, 16, c.tint(p.deep, 0.2))
        hull = [(0, -360), (82, -230), (118, -60), (100, 110), (66, 200), (-66, 200),
            (-100, 110), (-118, -60), (-82, -230)]
        c.blob(hull, (p.shell, c.tint(p.pale, -0.2)), lift=24)
        with c.clip(hull):
            c.poly([(-140, -380), (140, -380), (140, -215), (-140, -215)], trim)
        c.disc(0, -90, 66, (c.tint(p.pale, -0.3), p.shell))
        c.disc(0, -90, 48, (p.main, p.deep))
        c.arc(0, -90, 34, 8, 190, 260, p.shell, 0.8)
        c.disc(0, 60, 26, trim)
        c.blob([(-14, 90), (14, 90), (12, 230), (0, 265), (-12, 230)], trim)
    for x, y, s in ((-330, 400, 80), (-90, 440, 100), (140, 420, 74), (330, 430, 60)):
        c.puff(x, y, s, (p.shell, p.pale), 0.92)


@scene(starry=True, zoom=0.94)
def satellite(c: Canvas) -> None:
    p = c.p
    c.disc(c.vary(-60, 60), 900, 620, (p.main, p.deep))
    c.arc(0, 900, 640, 12, 200, 340, p.pale, 0.2)
    with c.at(0, -40, turn=c.vary(-28, -12)):
        c.box(0, 0, 640, 18, 9, p.pale)
        for side in (-1, 1):
            with c.at(side * 285):
                c.box(0, 0, 270, 190, 12, p.shell, lift=18)
                for i in range(4):
                    for j in range(3):
                        x, y = -94.5 + 63 * i, -58 + 58 * j
                        c.box(x, y, 56, 51, 4, (c.tint(p.main, 0.2), c.tint(p.main, -0.5)))
        c.box(0, 0, 190, 270, 26, (p.sun, p.pop), lift=26)
        c.box(0, -60, 150, 70, 14, p.deep, 0.3)
        c.disc(0, 60, 44, p.deep)
        c.disc(0, 60, 26, (p.main, p.deep))
        c.line([(0, 130), (0, 175)], 14, p.pale)
        c.poly([*((110 * math.cos(t / 9), 205 - 70 * math.sin(t / 9)) for t in range(29))], p.shell)
        c.line([(0, 205), (0, 250)], 10, p.shell)
        for i in range(3):
            c.arc(0, 250, 46 + 40 * i, 11, 55, 125, p.sun, 0.95 - 0.25 * i)


@scene()
def robot(c: Canvas) -> None:
    p, trim, joy = c.p, c.pick(c.p.main, c.p.pop, c.p.sun), c.pick(c.p.sun, c.p.pale)
    floor(c, 405, 240)
    for side, lift in ((-1, 0), (1, c.vary(50, 85))):
        hand = (side * 285, 250 - lift * 2.2)
        c.curve([(side * 150, 150), (side * 240, 190 - lift * 0.2), hand], 46, c.tint(p.pale, -0.2))
        c.disc(*hand, 40, trim)
    c.box(0, 240, 320, 310, 110, (p.shell, c.tint(p.pale, -0.15)), lift=26)
    c.box(0, 250, 170, 120, 34, p.deep)
    c.line([(-60, 252), (-30, 252), (-12, 220), (14, 284), (32, 252), (60, 252)], 9, trim)
    c.box(0, 88, 110, 60, 20, c.tint(p.deep, 0.25))
    c.line([(0, -270), (0, -330)], 14, p.pale)
    c.glow(0, -350, 90, p.sun)
    c.disc(0, -350, 28, p.sun)
    for side in (-1, 1):
        c.box(side * 232, -110, 60, 130, 28, trim)
    c.box(0, -110, 440, 340, 130, (p.shell, p.pale), lift=28)
    c.box(0, -100, 350, 220, 92, p.deep)
    for side in (-1, 1):
        c.glow(side * 84, -120, 90, joy, 0.5)
        c.disc(side * 84, -120, 34, joy, ry=c.rng.choice((34, 42)))
    c.arc(0, -76, 46, 13, 25, 155, joy)
    c.box(-110, -248, 110, 20, 10, (255, 255, 255), 0.7)


@scene(zoom=0.92)
def electric_car(c: Canvas) -> None:
    p, paint = c.p, c.pick(c.p.main, c.p.pop, c.p.shell)
    floor(c, 205, 440)
    body = [(-432, 128), (-436, 50), (-400, -6), (-290, -48), (-190, -66), (-80, -150),
        (60, -186), (210, -166)]
    body += [(330, -92), (410, -40), (424, 40), (432, 128), (330, 168), (0, 176), (-330, 168)]
    c.blob(body, (c.tint(paint, 0.25), c.tint(paint, -0.22)), lift=20)
    glass = [(-168, -62), (-66, -132), (60, -160), (190, -144), (286, -84), (262, -58)]
    c.poly(glass, (c.tint(p.main, 0.5), p.deep))
    c.poly([(56, -170), (78, -170), (92, -50), (66, -50)], paint)
    c.poly([(-150, -62), (-60, -124), (-30, -134), (-100, -60)], p.shell, 0.3)
    c.curve([(-420, 70), (-200, 96), (120, 92), (420, 40)], 8, p.deep, 0.2)
    c.box(10, -8, 62, 12, 6, p.deep, 0.4)
    c.poly([(-424, 14), (-330, -8), (-352, 20), (-424, 34)], p.shell)
    c.glow(-424, 22, 150, p.sun, 0.6)
    c.poly([(424, -10), (350, -24), (360, -6), (426, 8)], p.pop if paint != p.pop else p.sun)
    for x in (-255, 262):
        c.disc(x, 135, 94, c.tint(p.deep, 0.05))
        c.disc(x, 135, 58, (p.shell, c.tint(p.pale, -0.3)))
        for i in range(5):
            with c.at(x, 135, turn=72 * i + 18):
                c.line([(0, 16), (0, 44)], 13, p.deep, 0.8)
    c.curve([(-60, -250), (10, -190), (330, -250), (340, -20)], 10, p.deep, 0.6)
    c.disc(340, -14, 18, p.deep)
    with c.at(-60, -300):
        c.disc(0, 0, 74, p.shell, lift=20)
        c.poly([(14, -50), (-34, 10), (-4, 10), (-14, 50), (34, -12),
            (4, -12)], c.pick(p.pop, p.main))
