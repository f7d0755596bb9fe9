"""The last third of the scenes; see `scenes` for how they are registered."""

from __future__ import annotations

import math
from itertools import pairwise

from articles.demo.canvas import Canvas
from articles.demo.scenes import floor, scene

# Points read better in rows than one to a line, so the formatter stays out.
# fmt: off


@scene(zoom=0.86)
def drone(c: Canvas) -> None:
    p, trim = c.p, c.pick(c.p.main, c.p.pop)
    c.disc(0, 370, 250, p.deep, 0.22, ry=26)
    with c.at(0, -50, turn=c.vary(-7, 7)):
        for x, y, s in ((-250, -110, 0.75), (250, -110, 0.75), (-340, 0, 1), (340, 0, 1)):
            c.line([(x * 0.2, 20), (x, y + 40)], 34 * s, c.tint(p.pale, -0.25 if s < 1 else -0.08))
            c.box(x, y + 18, 50 * s, 84 * s, 18, c.tint(p.deep, 0.2))
            c.disc(x, y - 30, 150 * s, p.shell, 0.35, ry=24 * s)
            c.box(x, y - 30, 285 * s, 12 * s, 6, p.deep, 0.75)
            c.disc(x, y - 32, 17 * s, trim)
        for side in (-1, 1):
            c.curve([(side * 100, 90), (side * 170, 170), (side * 180, 240)], 22, c.tint(p.deep,
                0.2))
            c.line([(side * 140, 242), (side * 222, 242)], 22, c.tint(p.deep, 0.2))
        c.blob([(-190, 30), (-150, -50), (0, -90), (150, -50), (190, 30), (130, 110), (0, 132),
            (-130, 110)], (p.shell, c.tint(p.pale, -0.15)), lift=26)
        c.blob([(-130, -30), (0, -76), (130, -30), (90, 10), (-90, 10)], trim)
        c.box(0, 140, 120, 70, 26, c.tint(p.deep, 0.25))
        c.disc(0, 185, 68, (c.tint(p.deep, 0.25), p.deep), lift=14)
        c.disc(0, 185, 42, (p.main, p.deep))
        c.disc(-16, 168, 12, p.shell, 0.9)
        for side in (-1, 1):
            c.disc(side * 130, 60, 11, p.pop if side < 0 else p.sun)


@scene()
def printer3d(c: Canvas) -> None:
    p, thing = c.p, c.pick(c.p.pop, c.p.main, c.p.sun)
    floor(c, 405, 350)
    c.box(0, 0, 640, 720, 44, (p.shell, p.pale), lift=32)
    c.box(0, -30, 530, 560, 26, (c.tint(p.deep, 0.3), p.deep))
    c.glow(0, -60, 300, thing, 0.35)
    for x in (-225, 225):
        c.box(x, -30, 16, 540, 8, p.pale, 0.6)
    layers, top = 15, 0.0
    for i in range(layers):
        w = 120 + 52 * math.sin(i / layers * 5.2 + c.p.deep[0] % 3)
        top = 196 - 18 * i
        c.box(0, top, w * 1.5, 19, 9, (c.tint(thing, 0.3), c.tint(thing, -0.15)))
    c.box(0, top - 130, 470, 34, 14, c.tint(p.pale, -0.2))
    c.box(0, top - 110, 130, 110, 22, p.shell, lift=16)
    c.disc(0, top - 118, 26, p.deep)
    c.disc(0, top - 118, 9, p.sun)
    c.poly([(-30, top - 56), (30, top - 56), (8, top - 14), (-8, top - 14)], p.sun)
    c.box(0, 222, 420, 26, 10, c.tint(p.pale, -0.1))
    c.box(-190, 305, 170, 66, 16, p.deep)
    c.box(-214, 305, 80, 14, 7, p.main)
    c.disc(200, 305, 32, thing, lift=6)
    c.disc(120, 305, 14, p.deep, 0.5)


@scene(starry=True)
def city_night(c: Canvas) -> None:
    p, (wide, _) = c.p, c.half
    c.glow(200, -240, 300, p.sun, 0.4)
    c.disc(200, -240, 92, (p.shell, p.sun))
    for layer, shade in enumerate((-0.3, -0.58, -0.84)):
        x = -wide - 40.0
        while x < wide:
            w = c.vary(80, 150)
            near = max(0.0, 1 - abs(x + w / 2) / 520)
            h = c.vary(130, 260) + near * (330 - 105 * layer) + (40 if layer == 0 else 0)
            base = 300 + 60 * layer
            tone = c.tint(p.back[1], shade)
            c.poly([(x, base - h), (x + w, base - h), (x + w, 470),
                (x, 470)], (c.tint(tone, 0.14), tone))
            if c.rng.random() < 0.4:
                c.line([(x + w / 2, base - h), (x + w / 2, base - h - 50)], 6, tone)
                c.disc(x + w / 2, base - h - 52, 7, p.pop)
            for i in range(int((w - 16) / 26)):
                for j in range(int(h / 38)):
                    if c.rng.random() < 0.42 and layer:
                        c.box(x + 23 + 26 * i, base - h + 30 + 38 * j, 12, 18, 2, c.pick(p.sun,
                            p.sun, p.pale, p.pop))
            x += w + c.vary(-6, 24)


@scene(mirrors=False)
def chart(c: Canvas) -> None:
    p, n = c.p, 6
    with c.at(turn=c.vary(-5, 5)):
        c.box(0, 0, 800, 600, 44, (p.shell, c.tint(p.pale, 0.3)), lift=36)
        c.rows(-345, -238, (220, 140), 24, 40, 0.5)
        for i in range(5):
            c.line([(-345, 230 - 85 * i), (345, 230 - 85 * i)], 3, p.deep, 0.12)
        heights = [70 + 42 * i + c.vary(-34, 34) for i in range(n)]
        for i, h in enumerate(heights):
            x, colour = -290 + 116 * i, p.pop if i == n - 1 else p.main
            c.box(x, 230 - h / 2, 74, h, 16, (c.tint(colour, 0.25), c.tint(colour, -0.12)))
        trend = [(-290 + 116 * i, 150 - h) for i, h in enumerate(heights)]
        c.curve(trend, 13, p.deep, 0.85)
        for x, y in trend:
            c.disc(x, y, 17, p.deep)
            c.disc(x, y, 9, p.sun)
        c.disc(-225, -70, 104, p.shell, lift=22)
        c.arc(-225, -70, 70, 34, 0, 360, c.tint(p.pale, -0.08))
        c.arc(-225, -70, 70, 34, -90, c.vary(60, 190), p.pop)


@scene(zoom=0.88)
def wallet(c: Canvas) -> None:
    p, hide = c.p, c.pick(c.p.deep, c.p.main)
    with c.at(0, 20, turn=c.vary(-8, 8)):
        for i, colour in enumerate((p.pop, p.sun, p.shell)):
            with c.at(-20 + 22 * i, -190 + 62 * i, turn=-9 + 6 * i):
                c.box(0, 0, 520, 320, 34, (c.tint(colour, 0.25), c.tint(colour, -0.1)), lift=20)
                c.box(-180, -92, 76, 56, 12, p.sun if i != 1 else p.shell)
                c.box(130, -100, 150, 18, 9, p.deep, 0.3)
        c.box(0, 130, 700, 430, 60, (c.tint(hide, 0.22), c.tint(hide, -0.2)), lift=34)
        inner = [(x * 326, 130 + y * 190) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1),
            (-1, -1))]
        for (x0, y0), (x1, y1) in pairwise(inner):
            for k in range(16):
                a, b = (k + 0.25) / 16, (k + 0.75) / 16
                c.line([(x0 + (x1 - x0) * a, y0 + (y1 - y0) * a),
                    (x0 + (x1 - x0) * b, y0 + (y1 - y0) * b)], 5, p.pale, 0.5)
        c.box(270, 130, 230, 130, 60, (c.tint(hide, 0.35), hide), lift=18)
        c.disc(226, 130, 30, p.sun)
        c.disc(226, 130, 16, c.tint(p.sun, -0.3))
    for x, y, r in ((-300, 290, 84), (-390, 190, 58)):
        c.disc(x, y, r, (c.tint(p.sun, 0.4), c.tint(p.sun, -0.12)), lift=20)
        c.arc(x, y, r - 16, 6, 0, 360, c.tint(p.sun, -0.35))
        c.box(x, y, r * 0.24, r * 0.8, r * 0.1, c.tint(p.sun, -0.35))


@scene(starry=True)
def planet(c: Canvas) -> None:
    p, ball = c.p, c.pick(c.p.pop, c.p.main, c.p.sun)
    c.glow(0, 0, 520, ball, 0.55)
    with c.at(turn=c.vary(-24, -12)):
        for r, w, colour in ((420, 34, p.pale), (366, 22, p.sun)):
            c.arc(0, 0, r, w, 180, 360, colour, 0.85, ry=r * 0.27)
        globe = [(250 * math.cos(t / 20), 250 * math.sin(t / 20)) for t in range(126)]
        c.poly(globe, (c.tint(ball, 0.35), c.tint(ball, -0.35)))
        with c.clip(globe):
            for i, y in enumerate((-170, -90, -20, 70, 150, 215)):
                wave = [(-270 + 60 * k, y + c.vary(-9, 9)) for k in range(10)]
                c.curve(wave, c.vary(16, 46), (p.shell, p.sun, p.deep)[i % 3], 0.28)
            c.disc(c.vary(-90, 90), 60, 52, p.shell, 0.35, ry=30)
            c.poly([*((270 * math.cos(t / 20 - 1.2),
                270 * math.sin(t / 20 - 1.2)) for t in range(64)), (60, 60)], p.deep, 0.22)
        for r, w, colour in ((420, 34, p.pale), (366, 22, p.sun)):
            c.arc(0, 0, r, w, 0, 180, colour, ry=r * 0.27)
    for x, y, r in ((-320, -270, 44), (330, 280, 62), (c.vary(250, 330), -300, 22)):
        c.disc(x, y, r, (p.shell, c.tint(p.main, -0.2)))
        c.disc(x - r * 0.2, y + r * 0.3, r * 0.24, p.deep, 0.2)
        c.disc(x + r * 0.35, y - r * 0.2, r * 0.16, p.deep, 0.2)


@scene(starry=True)
def telescope(c: Canvas) -> None:
    p, tube = c.p, c.pick(c.p.shell, c.p.main, c.p.pop)
    c.glow(-250, -260, 300, p.sun, 0.5)
    c.disc(-250, -260, 84, (p.shell, p.sun))
    for x, y, r in ((-30, -20, 12), (26, 24, 17), (-20, 36, 9)):
        c.disc(x - 250, y - 260, r, p.deep, 0.14)
    wide, _ = c.half
    hills = [(wide * (k / 20 - 1), 350 + 18 * math.sin(k / 3)) for k in range(41)]
    c.poly([*hills, (wide, 470), (-wide, 470)], c.tint(p.back[0], -0.5))
    for x in (-190, 190, 0):
        c.line([(0, 90), (x, 390)], 24, c.tint(p.pale, -0.3 if x else -0.1))
        c.disc(x, 392, 18, p.pop)
    c.disc(0, 90, 56, c.tint(p.deep, 0.3), lift=8)
    with c.at(0, 40, turn=c.vary(-38, -28)):
        c.box(-330, 0, 70, 64, 12, p.deep)
        c.box(-255, 0, 110, 92, 16, c.tint(p.pale, -0.2))
        c.box(-10, 0, 420, 140, 22, (c.tint(tube, 0.3), c.tint(tube, -0.3)), lift=22)
        c.box(250, 0, 190, 186, 26, (p.shell, c.tint(p.pale, -0.3)))
        c.box(338, 0, 30, 200, 12, p.sun)
        c.box(-170, 0, 30, 148, 8, p.sun)
        c.box(20, -42, 330, 18, 9, (255, 255, 255), 0.4)
        c.box(-60, -100, 190, 40, 16, c.tint(p.deep, 0.25))
        c.box(-60, -74, 30, 24, 0, p.deep)
    c.disc(0, 62, 30, p.sun)


@scene()
def brain(c: Canvas) -> None:
    p, warm, cool = c.p, c.pick(c.p.pop, c.p.sun), c.p.main
    c.glow(0, 0, 480, p.shell, 0.4)
    turns = [math.radians(3 * i - 90) for i in range(61)]
    lumps = [(t, 1 + 0.07 * abs(math.sin(4.5 * t))) for t in turns]
    half = [(365 * r * math.cos(t) ** 0.8, 300 * r * math.sin(t)) for t, r in lumps]
    left = [(-x, y) for x, y in half]
    folds = (
        [(-60, -250), (-150, -240), (-170, -160), (-80, -130)],
        [(-270, -180), (-220, -120), (-240, -50), (-320, -40)],
        [(-50, -60), (-130, -80), (-180, -10), (-120, 50), (-50, 40)],
        [(-290, 70), (-220, 30), (-170, 90), (-210, 160)],
        [(-50, 130), (-110, 130), (-130, 200), (-70, 230)],
    )
    c.poly(left, (c.tint(warm, 0.3), c.tint(warm, -0.08)), lift=34)
    for fold in folds:
        c.curve(fold, 20, c.tint(warm, -0.32))
    c.poly(half, (c.tint(cool, 0.15), c.tint(cool, -0.45)), lift=34)
    wires = (
        [(30, -200), (110, -200), (150, -240), (210, -240)],
        [(30, -110), (160, -110), (220, -160), (270, -160)],
        [(30, -20), (120, -20), (160, 10), (300, 10)],
        [(30, 80), (90, 80), (140, 120), (250, 120)],
        [(30, 180), (90, 180), (120, 215), (160, 215)],
    )
    for wire in wires:
        c.line(wire, 10, p.shell, 0.9)
        c.disc(*wire[-1], 20, p.sun)
        c.disc(*wire[-1], 9, p.deep)
    c.box(6, -20, 18, 560, 9, p.shell, 0.9)


@scene()
def map_(c: Canvas) -> None:
    p = c.p
    floor(c, 330, 400)
    for i in range(3):
        x, lean = -250 + 250 * i, 0.16 if i % 2 == 0 else -0.16
        with c.at(x, 60, skew=lean):
            panel = [(-125, -230), (125, -230), (125, 230), (-125, 230)]
            c.poly(panel, (p.shell, p.pale), lift=24 if i != 1 else 0)
            with c.clip(panel):
                for k in range(3):
                    spot, colour = (c.vary(-90, 90), -150 + 150 * k), c.pick(p.main, p.pop, p.sun)
                    c.box(*spot, 130, 96, 24, colour, 0.38)
                c.curve([(-140, 90 - 60 * i), (-40, 70 - 40 * i), (40, 130 - 40 * i),
                    (140, 50 - 40 * i)], 34, p.main, 0.75)
                c.line([(-140, -100), (140, -60)], 16, (255, 255, 255))
                c.line([(c.vary(-60, 60), -240), (c.vary(-60, 60), 240)], 16, (255, 255, 255))
            if i == 1:
                c.poly(panel, p.deep, 0.1)
    for k in range(9):
        t = k / 8
        c.disc(-270 + 330 * t, 190 - 110 * t + 46 * math.sin(6 * t), 9, p.deep)
    c.disc(70, 86, 70, p.deep, 0.25, ry=22)
    pin = [(70 + 130 * math.cos(math.radians(a)),
        -180 + 130 * math.sin(math.radians(a))) for a in range(148, 393, 4)]
    c.poly([*pin, (70, 86)], (c.tint(p.pop, 0.2), c.tint(p.pop, -0.2)), lift=18)
    c.disc(70, -180, 58, p.shell)
    c.disc(70, -180, 26, p.deep)


@scene(mirrors=False, zoom=0.94)
def tv(c: Canvas) -> None:
    p = c.p
    floor(c, 335, 330)
    for side in (-1, 1):
        c.line([(side * 180, 220), (side * 240, 322)], 24, c.tint(p.deep, 0.2))
    c.slab(0, -30, 860, 530, 30, 14)
    c.view(0, -30, 832, 502, 16)
    c.glare(0, -30, 832, 502)
    for i in range(4):
        with c.at(-285 + 190 * i, 120):
            c.box(0, 0, 168, 120, 18, ((p.main, p.pop), (p.sun, p.pop), (p.pale, p.main),
                (p.pop, p.deep))[i], lift=14)
    c.box(-95, 120, 184, 136, 24, p.shell, 0.35)
    c.disc(0, -90, 74, p.shell, 0.95, lift=20)
    c.poly([(-22, -132), (-22, -48), (50, -90)], p.deep)
    c.box(-290, -230, 160, 26, 13, p.shell, 0.9)


@scene()
def server_rack(c: Canvas) -> None:
    p, light = c.p, c.pick(c.p.main, c.p.pop)
    floor(c, 420, 300)
    c.box(0, 0, 520, 800, 36, (p.shell, c.tint(p.pale, -0.2)), lift=34)
    c.box(0, -10, 450, 730, 18, p.deep)
    for i in range(8):
        y, kind = -320 + 88 * i, c.rng.randrange(3)
        c.box(0, y, 424, 76, 12, (c.tint(p.deep, 0.36), c.tint(p.deep, 0.18)))
        if kind == 0:
            for k in range(9):
                c.box(-180 + 27 * k, y, 13, 46, 5, p.deep, 0.8)
        elif kind == 1:
            for k in range(3):
                c.box(-160 + 84 * k, y, 72, 46, 8, p.deep, 0.7)
                c.box(-160 + 84 * k, y + 12, 46, 7, 3, light)
        else:
            c.box(-76, y, 240, 46, 10, p.deep, 0.7)
            c.box(-190 + 80 * 0.5, y, c.vary(50, 90), 12, 6, p.sun)
        for k in range(4):
            c.disc(96 + 26 * k, y, 8, c.pick(light, p.sun, light))
    c.glow(0, 0, 420, light, 0.16)


@scene(zoom=0.95)
def headphones(c: Canvas) -> None:
    p, cup = c.p, c.pick(c.p.main, c.p.pop, c.p.shell)
    with c.at(0, 30, turn=c.vary(-10, 10)):
        for i in range(5):
            h = c.vary(40, 200)
            c.box(-96 + 48 * i, 80, 24, h, 12, p.shell, 0.8)
        c.arc(0, -30, 290, 64, 178, 362, (c.tint(p.deep, 0.3), p.deep), ry=320)
        c.arc(0, -30, 268, 26, 196, 344, p.shell, 0.9, ry=298)
        for side in (-1, 1):
            with c.at(side * 275, 110, sx=side, turn=side * -5):
                c.box(-2, -110, 34, 150, 14, c.tint(p.pale, -0.15))
                c.box(-66, 30, 100, 280, 48, (c.tint(p.deep, 0.3), p.deep), lift=18)
                c.box(24, 30, 140, 310, 66, (c.tint(cup, 0.3), c.tint(cup, -0.2)), lift=26)
                c.box(44, 30, 62, 200, 31, c.tint(cup, -0.28))
                c.disc(44, 30, 18, p.sun)
                c.box(4, -60, 14, 90, 7, (255, 255, 255), 0.5)


@scene()
def wind_turbine(c: Canvas) -> None:
    p, (wide, _) = c.p, c.half
    c.disc(c.vary(-330, -220), -240, 96, (p.sun, c.tint(p.sun, -0.1)))
    c.puff(c.vary(200, 330), -280, 52, p.shell, 0.8)
    c.puff(c.vary(-330, -250), -90, 40, p.shell, 0.7)
    mills = (((-290, 250, 0.55), (300, 240, 0.62)), ((0, 330, 1.0),), ())
    for layer, shade in enumerate((0.05, -0.25, -0.5)):
        for x, y, s in mills[layer]:
            c.poly([(x - 8 * s, y - 480 * s), (x + 8 * s, y - 480 * s), (x + 19 * s, y + 40),
                (x - 19 * s, y + 40)], (p.shell, c.tint(p.pale, -0.1)))
            first = c.vary(0, 120)
            for i in range(3):
                with c.at(x, y - 490 * s, turn=first + 120 * i, sx=s, sy=s):
                    c.blob([(0, 0), (26, -60), (9, -270), (0, -282), (-7, -270),
                        (-10, -60)], (p.shell, p.pale), lift=8)
            c.disc(x, y - 490 * s, 27 * s, p.shell)
            c.disc(x, y - 490 * s, 13 * s, p.pop)
        top, phase = 240 + 62 * layer, c.vary(0, 6)
        xs = [wide * (k / 30 - 1) for k in range(61)]
        ridge = [(x, top + 34 * math.sin(x / 260 + phase)) for x in xs]
        c.poly([*ridge, (wide, 470), (-wide, 470)], (c.tint(p.main, shade + 0.1), c.tint(p.main,
            shade - 0.3)))
