"""The second third of the scenes; see `scenes` for how they are registered."""

from __future__ import annotations

import math
from collections.abc import Sequence

from articles.demo.canvas import Canvas
from articles.demo.scenes import floor, scene

# Points read better in rows than one to a line, so the formatter stays out.
# fmt: off


@scene(zoom=0.94)
def bicycle(c: Canvas) -> None:
    p, paint = c.p, c.pick(c.p.pop, c.p.main)
    floor(c, 290, 420)
    for x in (-235, 235):
        c.disc(x, 110, 176, p.shell, 0.16)
        for i in range(9):
            t = math.radians(20 * i)
            dx, dy = 160 * math.cos(t), 160 * math.sin(t)
            c.line([(x - dx, 110 - dy), (x + dx, 110 + dy)], 3, p.shell, 0.6)
        c.arc(x, 110, 172, 24, 0, 360, p.deep)
        c.arc(x, 110, 156, 7, 0, 360, p.shell)
        c.disc(x, 110, 24, p.shell)
    c.line([(-235, 110), (-20, 120), (-90, -120), (-235, 110)], 20, c.tint(paint, -0.12))
    c.line([(-90, -110), (160, -120), (-20, 120)], 24, paint)
    c.line([(-105, -170), (-20, 120)], 24, paint)
    c.line([(140, -200), (235, 110)], 24, paint)
    with c.at(80, -10, turn=-53):
        c.box(0, 0, 190, 54, 22, (c.tint(p.deep, 0.3), p.deep), lift=12)
        c.box(-50, 0, 40, 14, 7, p.sun)
    c.blob([(-185, -190), (-110, -202), (-40, -186), (-60, -170), (-140, -162)], p.deep)
    c.curve([(140, -200), (130, -240), (180, -262), (232, -226)], 19, p.deep)
    c.disc(182, -180, 22, p.sun)
    c.disc(-20, 120, 46, (p.shell, p.pale), lift=8)
    c.disc(-20, 120, 20, paint)
    c.line([(-20, 120), (40, 178)], 13, p.deep)
    c.box(48, 186, 70, 16, 8, p.deep)


@scene(mirrors=False)
def gamepad(c: Canvas) -> None:
    p, shell = c.p, c.pick(c.p.shell, c.p.main, c.p.pop)
    with c.at(turn=c.vary(-10, 10)):
        for side in (-1, 1):
            c.box(side * 190, -165, 170, 90, 40, c.tint(p.deep, 0.2))
        half = [(0, -160), (150, -178), (275, -160), (350, -40), (405, 150), (368, 255),
            (285, 240), (190, 115), (0, 92)]
        outline = half + [(-x, y) for x, y in half[-2:0:-1]]
        c.blob(outline, (c.tint(shell, 0.22), c.tint(shell, -0.14)), lift=36)
        c.box(0, -92, 190, 100, 30, p.deep, 0.85)
        c.curve([(-70, -80), (-20, -110), (20, -70), (70, -106)], 8, p.sun)
        c.disc(-215, -65, 88, p.deep, 0.14)
        c.box(-215, -65, 136, 46, 12, c.tint(p.deep, 0.12))
        c.box(-215, -65, 46, 136, 12, c.tint(p.deep, 0.12))
        for i, colour in enumerate((p.pop, p.sun, p.main, p.pale)):
            x, y = ((52, 0), (0, 52), (-52, 0), (0, -52))[i]
            c.disc(215 + x, -65 + y, 34, p.deep, 0.9)
            c.disc(215 + x, -67 + y, 29, colour)
        for side in (-1, 1):
            c.disc(side * 110, 58, 68, c.tint(p.deep, 0.3), lift=10)
            c.disc(side * 110, 52, 48, (c.tint(p.deep, 0.25), p.deep))


@scene()
def arcade(c: Canvas) -> None:
    p, side = c.p, c.pick(c.p.main, c.p.pop)
    floor(c, 425, 270)
    c.poly([(-240, -410), (240, -410), (240, 420), (-240, 420)], (side, c.tint(side, -0.4)),
        lift=26)
    c.box(0, -350, 440, 100, 18, (p.sun, p.pop if side != p.pop else p.main))
    for i in range(5):
        c.sparkle(-150 + 75 * i, -350, 26)
    c.poly([(-205, -285), (205, -285), (205, 60), (-205, 60)], p.deep)
    c.box(0, -112, 350, 290, 30, (c.tint(p.deep, 0.22), c.tint(p.deep, 0.04)))
    for k, (x, y) in enumerate(((-100, -190), (0, -190), (100, -190), (-50, -120), (50, -120))):
        # An invader, half of it: the other half is its reflection.
        for i, j in ((0, -2), (0, -1), (1, -1), (1, 0), (2, 0), (0, 0), (2, 1), (1, 1)):
            for way in (-1, 1):
                c.box(x + way * (i + 0.5) * 10, y + j * 10, 10, 10, 0, (p.sun, p.pop,
                    p.main)[k % 3])
    c.poly([(-26, 12), (26, 12), (26, -6), (7, -6), (0, -24), (-7, -6), (-26, -6)], p.shell)
    c.line([(0, -44), (0, -70)], 6, p.sun)
    c.poly([(-205, 62), (205, 62), (280, 180), (-280, 180)], (p.shell, p.pale), lift=14)
    c.disc(-120, 128, 42, p.deep, 0.3, ry=22)
    c.line([(-120, 126), (-132, 50)], 15, p.deep)
    c.disc(-134, 42, 34, p.pop)
    for i in range(3):
        c.disc(30 + 72 * i, 134 - 14 * (i % 2), 29, p.deep, 0.5, ry=19)
        c.disc(30 + 72 * i, 127 - 14 * (i % 2), 27, (p.main, p.sun, p.pop)[i], ry=17)
    c.box(0, 200, 564, 40, 12, c.tint(p.deep, 0.15))
    c.box(0, 320, 190, 130, 18, p.deep, 0.55)
    for way in (-1, 1):
        c.box(way * 40, 310, 22, 54, 6, p.sun)


@scene(mirrors=False)
def cinema(c: Canvas) -> None:
    p, colour = c.p, c.pick(c.p.main, c.p.pop)
    with c.at(turn=c.vary(-10, 4)):
        c.disc(215, -190, 150, (p.shell, p.pale), lift=22)
        c.disc(215, -190, 26, p.deep)
        for i in range(5):
            t = math.radians(72 * i)
            c.disc(215 + 84 * math.cos(t), -190 + 84 * math.sin(t), 36, p.deep)
        c.box(-20, 120, 680, 430, 34, (c.tint(p.deep, 0.28), p.deep), lift=34)
        for y, turn in ((-70, 0), (-120, -c.vary(10, 18))):
            with c.at(-350, y, turn=turn):
                stick = [(8, -36), (682, -36), (682, 36), (8, 36)]
                c.poly(stick, p.shell, lift=10)
                for i in range(5):
                    x, lean = 30 + 136 * i, 36 if turn else -36
                    c.poly([(x + lean, -36), (x + 68 + lean, -36), (x + 68 - lean, 36),
                        (x - lean, 36)], p.deep)
        c.disc(-335, -98, 17, p.sun)
        c.disc(-20, 150, 110, colour)
        c.poly([(-55, 84), (-55, 216), (62, 150)], p.shell)
        for i, w in enumerate((140, 90)):
            c.box(-310 + w / 2, 60 + 40 * i, w, 14, 7, p.shell, 0.5)
            c.box(270 - w / 2, 250 + 36 * i, w, 14, 7, p.shell, 0.5)


@scene()
def camera(c: Canvas) -> None:
    p, trim, body = c.p, c.pick(c.p.main, c.p.pop), c.pick(c.p.shell, c.p.deep)
    floor(c, 285, 390)
    c.box(-235, -196, 120, 70, 22, c.tint(p.deep, 0.2))
    c.box(250, -184, 90, 44, 16, trim)
    c.poly([(-130, -150), (-80, -268), (100, -268), (150, -150)], c.tint(body, -0.08))
    c.box(10, -222, 130, 46, 14, p.deep, 0.8)
    c.box(0, 50, 780, 440, 70, (c.tint(body, 0.25), c.tint(body, -0.15)), lift=34)
    c.box(0, 50, 780, 230, 0, (c.tint(trim, 0.1), c.tint(trim, -0.3)))
    c.disc(0, 50, 214, p.shell, lift=26)
    for r, paint in ((194, c.tint(p.deep, 0.25)), (168, p.deep), (140, c.tint(p.main, -0.55))):
        c.disc(0, 50, r, paint)
    c.disc(0, 50, 118, (c.tint(p.main, 0.1), p.deep))
    c.disc(0, 50, 62, p.deep, 0.75)
    c.disc(-52, 0, 30, p.shell, 0.85)
    c.disc(50, 96, 15, p.sun, 0.7)
    c.box(300, -112, 90, 54, 18, (p.sun, p.shell))
    c.disc(-310, -112, 16, p.pop)


@scene()
def speaker(c: Canvas) -> None:
    p, cloth = c.p, c.pick(c.p.main, c.p.pop, c.p.deep)
    for i in range(3):
        for start in (-38, 142):
            c.arc(0, 0, 270 + 62 * i, 20, start, start + 76, p.shell, 0.85 - 0.24 * i)
    floor(c, 385, 250)
    c.box(0, 0, 360, 760, 90, (p.shell, c.tint(p.pale, -0.12)), lift=34)
    c.box(0, 20, 310, 670, 66, (c.tint(cloth, 0.1), c.tint(cloth, -0.4)))
    for y, r in ((-190, 92), (110, 138)):
        c.disc(0, y, r, p.deep)
        c.disc(0, y, r - 14, (c.tint(p.deep, 0.4), p.deep))
        c.disc(0, y, r * 0.62, (p.deep, c.tint(p.deep, 0.3)))
        c.disc(0, y, r * 0.32, c.pick(p.sun, p.shell), lift=8)
    for i in range(4):
        c.disc(-45 + 30 * i, 306, 8, p.sun if i < 3 else p.pale)


@scene(zoom=0.92)
def keyboard(c: Canvas) -> None:
    p, base = c.p, c.pick(c.p.deep, c.p.shell)
    with c.at(0, 10, turn=c.vary(-16, -6)):
        c.box(0, 26, 850, 400, 40, c.tint(base, -0.35), lift=30)
        c.box(0, 0, 850, 400, 40, base)
        for row in range(5):
            x, y = -402.0, -144 + 72 * row
            widths = ([66] * 11 + [78], [100] + [66] * 10 + [0], [118] + [66] * 9 + [60],
                [66] * 10 + [144], [88, 66, 66, 372, 66, 66, 80])[row]
            for width in widths:
                w = min(width, 402 - x)
                if w <= 0:
                    continue
                colour = c.pick(*[p.pale if base == p.deep else c.tint(p.pale, -0.12)] * 7,
                    p.main, p.pop, p.sun)
                c.box(x + w / 2, y + 5, w - 7, 62, 12, c.tint(colour, -0.35))
                c.box(x + w / 2, y - 2, w - 9, 56, 12, colour)
                c.box(x + w / 2, y - 6, w - 22, 40, 10, (255, 255, 255), 0.22)
                x += w


@scene()
def lock(c: Canvas) -> None:
    p, body = c.p, c.pick(c.p.sun, c.p.main, c.p.pop)
    shield = [(0, -410), (170, -340), (330, -320), (330, 20), (230, 240), (0, 400)]
    shield += [(-x, y) for x, y in shield[-2:0:-1]]
    c.poly(shield, (p.shell, p.pale), lift=34)
    small = [(x * 0.9, y * 0.9) for x, y in shield]
    c.poly(small, (c.tint(p.main, 0.1), c.tint(p.main, -0.55)))
    with c.clip(small):
        c.poly([(0, -400), (400, -400), (400, 420), (0, 420)], p.deep, 0.16)
    shackle = [(-92, -20), *((-92 * math.cos(t / 10),
        -110 - 92 * math.sin(t / 10)) for t in range(32)), (92, -20)]
    c.line(shackle, 44, c.tint(p.pale, -0.25))
    c.line([(x - 5, y) for x, y in shackle], 14, p.shell, 0.8)
    body = p.sun if body == p.main else body
    c.box(0, 80, 310, 240, 46, (c.tint(body, 0.25), c.tint(body, -0.15)), lift=26)
    c.disc(0, 58, 34, p.deep)
    c.poly([(-15, 70), (15, 70), (24, 140), (-24, 140)], p.deep)
    c.box(-110, -10, 60, 16, 8, (255, 255, 255), 0.6)


@scene()
def cloud(c: Canvas) -> None:
    p, light = c.p, c.pick(c.p.pop, c.p.main, c.p.sun)
    c.puff(c.vary(120, 200), -190, 92, p.pale, 0.55)
    for i, x in enumerate((-210, -70, 70, 210)):
        low = 290 + 50 * (i % 2)
        c.line([(x * 0.8, 80), (x * 0.8, 190), (x, 230), (x, low)], 12, p.shell)
        for k in range(3):
            c.disc(x * 0.8, 120 + 34 * k, 9, p.sun)
        c.box(x, low + 10, 104, 84, 24, (p.shell, p.pale), lift=16)
        c.disc(x, low + 10, 20, (p.main, p.pop, p.sun, p.deep)[i])
    c.puff(0, -40, 172, (p.shell, c.tint(p.pale, -0.04)), lift=36)
    c.box(0, -26, 54, 150, 20, light)
    c.poly([(-88, -80), (0, -176), (88, -80)], light)


@scene(mirrors=False)
def code(c: Canvas) -> None:
    p = c.p
    with c.at(turn=c.vary(-6, 6)):
        c.box(-10, -20, 760, 570, 34, p.deep, lift=36)
        c.box(-10, -277, 760, 56, 28, c.tint(p.deep, 0.2))
        for i, colour in enumerate((p.pop, p.sun, p.main)):
            c.disc(-350 + 40 * i, -277, 12, colour)
        for i in range(9):
            x, indent = -290.0, (0, 1, 2, 2, 1, 2, 3, 1, 0)[i]
            c.box(-346, -202 + 52 * i, 24, 10, 5, p.pale, 0.35)
            x += 54 * indent
            for _ in range(c.rng.randint(2, 4)):
                w = c.vary(50, 150)
                if x + w > 330:
                    break
                c.box(x + w / 2, -202 + 52 * i, w, 22, 11, c.pick(p.main, p.pop, p.sun, p.pale,
                    p.shell))
                x += w + 20
        c.box(250, 190, 300, 220, 54, (c.tint(p.main, 0.15), c.tint(p.main, -0.3)), lift=34)
        for way in (-1, 1):
            c.line([(250 + way * 58, 146), (250 + way * 106, 190),
                (250 + way * 58, 234)], 24, p.shell)
        c.line([(272, 128), (228, 252)], 24, p.sun)


@scene()
def microphone(c: Canvas) -> None:
    p, body = c.p, c.pick(c.p.main, c.p.pop)
    heights = [c.vary(40, 150) for _ in range(4)]
    for i, h in enumerate(heights):
        for side in (-1, 1):
            c.box(side * (250 + 52 * i), -90, 24, h * (1 - i * 0.15) * 2, 12, p.shell,
                0.85 - i * 0.17)
    floor(c, 410, 220)
    c.box(0, 300, 28, 200, 10, (p.shell, c.tint(p.pale, -0.3)))
    c.box(0, 395, 300, 40, 20, (c.tint(p.deep, 0.3), p.deep))
    c.arc(0, 10, 195, 28, 0, 180, c.tint(p.pale, -0.15))
    for side in (-1, 1):
        c.line([(side * 195, 10), (side * 195, -60)], 28, c.tint(p.pale, -0.15))
    c.box(0, -100, 270, 560, 135, (c.tint(body, 0.25), c.tint(body, -0.3)), lift=28)
    grille = [(-112, -110), (-112, -240), (-60, -336), (60, -336), (112, -240), (112, -110)]
    c.box(0, -215, 230, 290, 115, (p.shell, c.tint(p.pale, -0.3)))
    with c.clip([(x, y) for x, y in grille]):
        for i in range(7):
            c.box(0, -310 + 34 * i, 240, 13, 6, p.deep, 0.75)
        c.box(0, -220, 16, 300, 0, c.tint(p.pale, -0.2))
    c.box(0, -72, 290, 40, 14, c.tint(p.deep, 0.15))
    c.disc(0, 60, 30, p.deep, 0.6)
    c.disc(0, 60, 18, p.sun)


@scene(zoom=0.92)
def book(c: Canvas) -> None:
    p, cover = c.p, c.pick(c.p.main, c.p.pop)
    floor(c, 300, 420)
    c.box(0, 30, 850, 510, 30, (cover, c.tint(cover, -0.3)), lift=34)
    for side in (-1, 1):
        with c.at(sx=side):
            for i in range(5, -1, -1):
                edge = 400 - 9 * (5 - i) if i else 396
                page = [(0, -190), (110, -238), (260, -238), (edge, -212)]
                low = [(edge, 236 + 4 * i), (260, 212 + 6 * i), (110, 214 + 6 * i), (0, 262)]
                shade = p.shell if i % 2 == 0 else c.tint(p.pale, -0.2)
                c.poly([*_curve(page), *_curve(low)], shade)
            c.poly([(0, -190), (80, -228), (80, 224), (0, 262)], p.deep, 0.12)
            c.poly([(0, -190), (30, -206), (30, 244), (0, 262)], p.deep, 0.14)
    c.rows(-345, -160, (250, 210), 24, 44, 0.6)
    c.rows(-345, -66, (270, 240, 270, 255, 270, 190), 13, 40, 0.25)
    c.box(215, -75, 280, 190, 18, (c.tint(p.main, 0.4), p.main))
    c.view(215, -75, 280, 190, 18)
    c.rows(80, 60, (270, 240, 260, 150), 13, 40, 0.25)
    c.poly([(290, -240), (345, -240), (345, -60), (317, -92),
        (290, -60)], p.pop if cover == p.main else p.main)


def _curve(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return a cubic through four controls, which is what the edge of a page looks like."""
    steps = [i / 20 for i in range(21)]
    weights = [((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3) for t in steps]
    return [(sum(k * q[0] for k, q in zip(w, points, strict=True)),
             sum(k * q[1] for k, q in zip(w, points, strict=True))) for w in weights]


@scene()
def smart_home(c: Canvas) -> None:
    p, roof = c.p, c.pick(c.p.pop, c.p.main)
    floor(c, 355, 400)
    for i in range(3):
        c.arc(0, -235, 60 + 55 * i, 24, 222, 318, p.shell, 1 - 0.2 * i)
    for x, s in ((-340, 1.0), (345, 0.8)):
        c.box(x, 310, 16, 110, 8, p.deep)
        c.disc(x, 230, 75 * s, (c.tint(p.main, 0.25), c.tint(p.main, -0.3)), ry=100 * s)
    c.box(0, 170, 540, 370, 20, (p.shell, p.pale), lift=28)
    c.poly([(-270, -14), (270, -14), (270, 30), (-270, 30)], p.deep, 0.15)
    c.box(190, -110, 66, 160, 8, c.tint(roof, -0.35))
    c.poly([(-345, 10), (0, -240), (345, 10), (300, 40), (-300, 40)], (c.tint(roof, 0.15),
        c.tint(roof, -0.2)), lift=14)
    c.disc(0, -78, 46, p.shell)
    c.disc(0, -78, 32, p.sun)
    for x in (-165, 165):
        c.glow(x, 140, 170, p.sun, 0.5)
        c.box(x, 140, 130, 130, 18, p.deep)
        c.box(x, 140, 112, 112, 12, (p.shell, p.sun))
        c.line([(x, 86), (x, 194)], 8, p.deep)
        c.line([(x - 54, 140), (x + 54, 140)], 8, p.deep)
    c.box(0, 240, 130, 230, 20, (c.tint(roof, 0.1), c.tint(roof, -0.3)))
    c.disc(40, 250, 10, p.sun)
    c.box(0, 180, 74, 60, 14, p.deep, 0.3)


@scene()
def battery(c: Canvas) -> None:
    p, cells = c.p, c.rng.randint(2, 4)
    colour = c.pick(p.main, p.pop, p.sun)
    c.glow(0, 0, 460, colour, 0.5)
    with c.at(turn=c.vary(-14, 14)):
        c.box(0, -345, 150, 80, 24, (p.pale, c.tint(p.pale, -0.4)))
        c.box(0, 20, 390, 690, 80, (p.shell, c.tint(p.pale, -0.1)), lift=36)
        c.box(0, 20, 332, 632, 56, (c.tint(p.deep, 0.16), p.deep))
        for i in range(cells):
            c.box(0, 258 - 150 * i, 284, 132, 30, (c.tint(colour, 0.3), c.tint(colour, -0.14)))
            c.box(-80, 218 - 150 * i, 84, 16, 8, (255, 255, 255), 0.5)
        bolt = [(34, -190), (-110, 50), (-14, 50), (-38, 230), (112, -30), (14, -30)]
        c.poly(bolt, (p.shell, p.sun if colour != p.sun else p.pale), lift=22)
        c.box(-178, 20, 10, 560, 5, (255, 255, 255), 0.6)
