"""The drawing kit of the demo images: palettes, shapes, and the canvas they go on.

Units: the origin is the centre of the image, y goes down, and the shorter side is 900 long, so
whatever stays within +-450 survives any crop between 16:9 and square.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter

Point = tuple[float, float]
Colour = tuple[int, int, int]
Paint = Colour | tuple[Colour, Colour]  # one colour, or a gradient from top left to bottom right
Ink = Callable[[ImageDraw.ImageDraw, list[Point]], None]

# Points read better in rows than one to a line, so the formatter stays out.
# fmt: off

SUPER = 2  # drawn this many times too large, then reduced: Pillow's own edges are jagged
SHADOW_STEP = 8  # shadows are blurred at an eighth of the size: as soft, and 60x faster
WHITE: Colour = (255, 255, 255)


class Palette(NamedTuple):
    """Nine colours that go together; everything but `back` stands out against `back`."""

    back: tuple[Colour, Colour, Colour]
    shell: Colour  # near white, for the bodies of things
    deep: Colour  # near black, for glass, tyres and shadows
    main: Colour
    pop: Colour
    sun: Colour
    pale: Colour


def palette(codes: str) -> Palette:
    """Return the palette of nine hexadecimal colours separated by spaces."""
    rgb = [(int(c[:2], 16), int(c[2:4], 16), int(c[4:], 16)) for c in codes.split()]
    return Palette((rgb[0], rgb[1], rgb[2]), *rgb[3:])


AURORA = palette("241a63 5b2a8c c9508f f7f1ff 1c1446 38c6e8 ff8a5c ffd166 d9ccff")
LAGOON = palette("06405e 0a7d95 36c5b8 f4fcf8 06283d ff7a59 ffb84d ffe38a bfeee6")
SUNSET = palette("ffb36b ff6f7d 9a3fb5 fff6ee 2b1650 5137d6 12b5c4 ffe27a ffdcc9")
MINT = palette("c4f0dc 84d9c0 3fae9f fbfffc 123c46 0f7c8a ff6b5e ffc94a e2f8ee")
PEACH = palette("ffd7b8 ffa585 ee6f7c fffaf5 2d2a5e 3c4fd0 8a3fa8 ffdf7e ffe9dc")
PLUM = palette("23093a 5f1d6b b8405e fdf2f6 1d0830 ffb454 3fd0c9 ffe08a f0c9dd")
STORM = palette("101c3d 2b4a78 5a8fb5 f3f8ff 0b1733 ffb35c ff6f61 ffe08a cfe0f2")
MIDNIGHT = palette("0a0f2c 1a2660 3a4fb0 eef2ff 0b1030 4fd1ff ff6b8b ffd75e c3d0ff")
LILAC = palette("d8caff ab91f2 7458d6 fcfaff 241a56 4630c0 ff7a45 ffd35c ebe3ff")
GLACIER = palette("cdeaff 86bff7 4478dc fafdff 10275a 1f4fc4 ff6a5b ffcf4f e2f1ff")
SOLAR = palette("ffdd66 ffb02e f27038 fffaf0 3a1747 7a2fb8 0f8f9c fff0a3 ffeec9")
FOREST = palette("0c3b3a 176a5a 55b37e fdf8ec 08282a ff8f4a f25f5c ffd56b d3efd9")
CORAL = palette("ff9a78 f2585f a8265c fff5f0 3b0f3a 1fa6b8 3340b5 ffd47a ffd9d0")
PALETTES = (
    *(AURORA, LAGOON, SUNSET, MINT, PEACH, MIDNIGHT),
    *(LILAC, GLACIER, SOLAR, FOREST, CORAL, PLUM, STORM),
)
NIGHTS = (AURORA, MIDNIGHT, FOREST, LAGOON, PLUM, STORM)


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """Return the colour a fraction `t` of the way from `a` to `b`."""
    r, g, bl = (round(x + (y - x) * t) for x, y in zip(a, b, strict=True))
    return r, g, bl


def smooth(points: Sequence[Point], closed: bool = True) -> list[Point]:
    """Return a soft curve (Catmull-Rom) through the points, as many short segments."""
    n, out = len(points), list[Point]()
    for i in range(n if closed else n - 1):
        ids = (i - 1, i, i + 1, i + 2)
        a, b, c, d = (points[j % n if closed else min(max(j, 0), n - 1)] for j in ids)
        for t in (s / 14 for s in range(14)):
            q, r = t * t, t**3
            w = ((2 * q - t - r) / 2, (2 - 5 * q + 3 * r) / 2, (t + 4 * q - 3 * r) / 2, (r - q) / 2)
            near = list(zip(w, (a, b, c, d), strict=True))
            out.append((sum(k * p[0] for k, p in near), sum(k * p[1] for k, p in near)))
    return out if closed else [*out, points[-1]]


def arc_points(
    x: float, y: float, r: float, start: float, end: float, ry: float = 0
) -> list[Point]:
    """Return points along an ellipse, from one angle to another in degrees, clockwise from the right."""
    steps = max(6, int(abs(end - start) / 360 * (24 if r < 12 else 90)))
    turns = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(x + r * math.cos(t), y + (ry or r) * math.sin(t)) for t in turns]


def box_points(x: float, y: float, w: float, h: float, r: float) -> list[Point]:
    """Return the outline of a rounded rectangle centred on (x, y)."""
    r = min(r, w / 2, h / 2)
    dx, dy = w / 2 - r, h / 2 - r
    if r <= 0:
        return [(x - dx, y - dy), (x + dx, y - dy), (x + dx, y + dy), (x - dx, y + dy)]
    corners = ((dx, dy, 0), (-dx, dy, 90), (-dx, -dy, 180), (dx, -dy, 270))
    return [p for a, b, t in corners for p in arc_points(x + a, y + b, r, t, t + 90)]


class Canvas:
    """An oversized image under way, with a palette, a source of chance and a drawing frame."""

    def __init__(self, rng: random.Random, colours: Palette, size: tuple[int, int]) -> None:
        self.rng, self.p = rng, colours
        width, height = size[0] * SUPER, size[1] * SUPER
        self.k = min(width, height) / 900
        self.half = (width / 2 / self.k, height / 2 / self.k)
        self.im = Image.new("RGB", (width, height))
        self.pen = ImageDraw.Draw(self.im)
        self.m = (self.k, 0.0, 0.0, self.k, width / 2, height / 2)

    # -- chance -------------------------------------------------------------------------------
    def pick(self, *paints: Colour) -> Colour:
        """Return one of the colours."""
        return self.rng.choice(paints)

    def vary(self, low: float, high: float) -> float:
        """Return a number in the range."""
        return self.rng.uniform(low, high)

    def tint(self, colour: Colour, light: float) -> Colour:
        """Return the colour lighter (up to 1) or darker (down to -1), towards white or the deep tone."""
        return mix(colour, WHITE if light > 0 else self.p.deep, abs(light))

    # -- frames -------------------------------------------------------------------------------
    @contextmanager
    def at(
        self, x: float = 0, y: float = 0, turn: float = 0, sx: float = 1, sy: float = 1,
        skew: float = 0
    ) -> Iterator[None]:
        """Draw within it: the origin is (x, y), turned in degrees, scaled, and sloping by `skew`."""
        before = a, b, c, d, e, f = self.m
        co, si = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        # Local to outer: scale and slope first, then turn, then move.
        ux, uy = sx * co - skew * sx * si, sx * si + skew * sx * co
        vx, vy = -sy * si, sy * co
        self.m = (
            *(a * ux + c * uy, b * ux + d * uy, a * vx + c * vy, b * vx + d * vy),
            *(a * x + c * y + e, b * x + d * y + f),
        )
        try:
            yield
        finally:
            self.m = before

    @contextmanager
    def clip(self, points: Sequence[Point]) -> Iterator[None]:
        """Draw within it: only what falls inside the outline is kept."""
        before, outside = self.im.copy(), Image.new("L", self.im.size, 255)
        ImageDraw.Draw(outside).polygon(self._pixels(points), fill=0)
        yield
        self.im.paste(before, (0, 0), outside)

    def _pixels(self, points: Iterable[Point]) -> list[Point]:
        a, b, c, d, e, f = self.m
        return [(a * x + c * y + e, b * x + d * y + f) for x, y in points]

    # -- marks --------------------------------------------------------------------------------
    def _stamp(self, px: list[Point], pad: float, paint: Paint, a: float, ink: Ink) -> None:
        """Ink the points on a mask just large enough, and put the paint through it."""
        xs, ys = [x for x, _ in px], [y for _, y in px]
        left, top = max(0, int(min(xs) - pad)), max(0, int(min(ys) - pad))
        right = min(self.im.width, int(max(xs) + pad) + 2)
        bottom = min(self.im.height, int(max(ys) + pad) + 2)
        if right <= left or bottom <= top:
            return
        size = (right - left, bottom - top)
        mask = Image.new("L", size)
        ink(ImageDraw.Draw(mask), [(x - left, y - top) for x, y in px])
        if a < 1:
            mask = mask.point([round(i * a) for i in range(256)])
        self.im.paste(self._gradient(paint, size), (left, top), mask)

    def _gradient(self, paint: Paint, size: tuple[int, int]) -> Image.Image | Colour:
        """Return what to paste for a paint: a large plain colour gets a little volume of its own."""
        first, last = paint[0], paint[-1]
        if isinstance(first, int) or isinstance(last, int):
            plain: Colour = paint  # type: ignore[assignment]  # what is not callable is a colour
            if min(size) < 50 * self.k:
                return plain
            first, last = self.tint(plain, 0.1), self.tint(plain, -0.1)
        corners = (first, mix(first, last, 0.3), mix(first, last, 0.7), last)
        return blend(corners, (2, 2), size)

    def poly(self, points: Iterable[Point], paint: Paint, a: float = 1, lift: float = 0) -> None:
        """Fill an outline at opacity `a`; `lift` is how high it floats over its soft shadow."""
        px = self._pixels(points)
        if lift:
            self._shadow(px, lift)
        self._stamp(px, 0, paint, a, lambda pen, q: pen.polygon(q, fill=255))

    def _shadow(self, px: list[Point], lift: float) -> None:
        blur, drop = lift * self.k * 0.75, lift * self.k * 0.7
        xs, ys = [x for x, _ in px], [y + drop for _, y in px]
        pad = blur * 2.5
        left, top = int(min(xs) - pad), int(min(ys) - pad)
        w = int((max(xs) + pad - left) / SHADOW_STEP) + 1
        h = int((max(ys) + pad - top) / SHADOW_STEP) + 1
        mask = Image.new("L", (w, h))
        small = [((x - left) / SHADOW_STEP, (y + drop - top) / SHADOW_STEP) for x, y in px]
        ImageDraw.Draw(mask).polygon(small, fill=95)
        mask = mask.filter(ImageFilter.GaussianBlur(blur / SHADOW_STEP))
        mask = mask.resize((w * SHADOW_STEP, h * SHADOW_STEP), Image.Resampling.BILINEAR)
        self.im.paste(self.p.deep, (left, top), mask)

    def line(self, points: Sequence[Point], width: float, paint: Paint, a: float = 1) -> None:
        """Draw a stroke with round ends and joints."""
        px = self._pixels(points)
        ma, mb, mc, md = self.m[:4]
        thick = max(2, round(width * math.sqrt(abs(ma * md - mb * mc))))

        def ink(pen: ImageDraw.ImageDraw, q: list[Point]) -> None:
            pen.line(q, fill=255, width=thick, joint="curve")
            for x, y in (q[0], q[-1]):
                pen.circle((x, y), thick / 2, fill=255)

        self._stamp(px, thick, paint, a, ink)

    def box(
        self, x: float, y: float, w: float, h: float, r: float, paint: Paint, a: float = 1,
        lift: float = 0
    ) -> None:
        """Draw a rounded rectangle centred on (x, y)."""
        self.poly(box_points(x, y, w, h, r), paint, a, lift)

    def disc(
        self, x: float, y: float, r: float, paint: Paint, a: float = 1, lift: float = 0,
        ry: float = 0
    ) -> None:
        """Draw a disc, or an ellipse when `ry` is given."""
        self.poly(arc_points(x, y, r, 0, 360, ry), paint, a, lift)

    def arc(
        self, x: float, y: float, r: float, width: float, start: float, end: float, paint: Paint,
        a: float = 1, ry: float = 0,
    ) -> None:
        """Draw a stroke along a circle or an ellipse."""
        self.line(arc_points(x, y, r, start, end, ry), width, paint, a)

    def blob(self, points: Sequence[Point], paint: Paint, a: float = 1, lift: float = 0) -> None:
        """Draw a soft closed shape through the points."""
        self.poly(smooth(points), paint, a, lift)

    def curve(self, points: Sequence[Point], width: float, paint: Paint, a: float = 1) -> None:
        """Draw a soft stroke through the points."""
        self.line(smooth(points, closed=False), width, paint, a)

    def glow(self, x: float, y: float, r: float, colour: Colour, a: float = 0.6) -> None:
        """Draw a light that dies away at distance `r`."""
        ((px, py),) = self._pixels([(x, y)])
        size = max(2, round(2 * r * self.k))
        # Pillow's radial gradient is white in the corners only: bring that in to the sides.
        fall = [round(max(0, 1 - i * math.sqrt(2) / 255) ** 1.5 * 255 * a) for i in range(256)]
        mask = Image.radial_gradient("L").point(fall)
        mask = mask.resize((size, size), Image.Resampling.BICUBIC)
        self.im.paste(colour, (round(px - size / 2), round(py - size / 2)), mask)

    # -- things several scenes share ------------------------------------------------------------
    def slab(self, x: float, y: float, w: float, h: float, r: float, edge: float = 14) -> None:
        """Draw a device seen from the front: body, rim of light, and a screen full of colour."""
        p = self.p
        self.box(x, y, w, h, r, p.shell, lift=34)
        self.box(x, y, w - 6, h - 6, r - 3, p.deep)
        w, h, r = w - 2 * edge, h - 2 * edge, max(4, r - edge)
        self.box(x, y, w, h, r, (self.tint(p.main, 0.25), mix(p.main, p.deep, 0.45)))

    def view(self, x: float, y: float, w: float, h: float, r: float) -> None:
        """Draw a landscape for a screen: a low sun over rolling hills."""
        p, left = self.p, x - w / 2
        with self.clip(box_points(x, y, w, h, r)):
            side = self.vary(-0.25, 0.25) * w
            self.glow(x + side, y - h * 0.05, min(w, h) * 0.9, p.sun, 0.7)
            self.disc(x + side, y - h * 0.05, min(w, h) * 0.2, (p.sun, p.pop))
            for i, colour in enumerate((p.pop, mix(p.main, p.deep, 0.3), p.deep)):
                top, phase = y + h * (0.14 + 0.12 * i), self.vary(0, 6)
                steps = [s / 24 for s in range(25)]
                ridge = [(left + w * s, top + h * 0.07 * math.sin(5 * s + phase)) for s in steps]
                self.poly([*ridge, (x + w, y + h), (left, y + h)], colour, 0.85)

    def glare(self, x: float, y: float, w: float, h: float) -> None:
        """Draw a slanted reflection across glass."""
        top, low = y - h / 2, y + h / 2
        edge = ((x - w * 0.05, top), (x + w * 0.34, top), (x - w * 0.02, low), (x - w * 0.41, low))
        self.poly(edge, WHITE, 0.1)

    def card(self, x: float, y: float, w: float, h: float, colour: Colour) -> None:
        """Draw a floating notice: a badge and two lines of greeked text."""
        p, s = self.p, h / 100
        self.box(x, y, w, h, 26 * s, p.shell, lift=26)
        left = x - w / 2
        self.box(left + 52 * s, y, 60 * s, 60 * s, 20 * s, colour)
        self.disc(left + 52 * s, y, 14 * s, p.shell)
        self.rows(left + 100 * s, y - 16 * s, (w - 150 * s, (w - 150 * s) * 0.6), 16 * s, 32 * s)

    def rows(
        self, x: float, y: float, widths: Sequence[float], thick: float, step: float,
        a: float = 0.28
    ) -> None:
        """Draw greeked text: bars of the given widths, left-aligned at x, one under the other."""
        for i, w in enumerate(widths):
            self.box(x + w / 2, y + i * step, w, thick, thick / 2, self.p.deep, a)

    def cube(self, x: float, y: float, a: float, b: float, h: float, colour: Colour) -> None:
        """Draw an isometric block whose nearest bottom corner is (x, y); `a` and `b` are its sides."""
        u, v = (-a * 0.866, -a * 0.5), (b * 0.866, -b * 0.5)
        low, top = [(x, y), (x + u[0], y + u[1])], (x, y - h)
        self.poly([*low, (x + u[0], y + u[1] - h), top], (colour, self.tint(colour, -0.18)))
        right = [(x, y), (x + v[0], y + v[1]), (x + v[0], y + v[1] - h), top]
        self.poly(right, (self.tint(colour, -0.28), self.tint(colour, -0.5)))
        far = (x + u[0] + v[0], y + u[1] + v[1] - h)
        roof = [top, (x + u[0], y + u[1] - h), far, (x + v[0], y + v[1] - h)]
        self.poly(roof, (self.tint(colour, 0.4), self.tint(colour, 0.15)))

    def sparkle(self, x: float, y: float, r: float) -> None:
        """Draw a four-pointed star."""
        arms = [(0, -r), (r / 6, -r / 6), (r, 0), (r / 6, r / 6)]
        self.poly([(x + a, y + b) for a, b in arms] + [(x - a, y - b) for a, b in arms],
            self.p.pale)

    def puff(
        self, x: float, y: float, s: float, paint: Paint, a: float = 1, lift: float = 0
    ) -> None:
        """Draw a flat-bottomed cloud, about 4 s wide and 2 s high."""
        lumps = ((-1.9, 0.6), (-2.0, 0.0), (-1.35, -0.5), (-0.75, -1.05), (0.1, -1.2),
            (0.75, -0.75))
        rest = ((1.4, -0.6), (2.0, 0.0), (1.9, 0.6), (0.0, 0.72))
        self.blob([(x + u * s, y + v * s) for u, v in (*lumps, *rest)], paint, a, lift)


def blend(
    corners: Sequence[Colour], grid: tuple[int, int], size: tuple[int, int]
) -> Image.Image:
    """Return a smooth image of that size through a small grid of colours."""
    seed = Image.new("RGB", grid)
    seed.putdata(corners)
    # Resampling from pixel centre to pixel centre keeps the end colours from spreading flat.
    inner = (0.5, 0.5, grid[0] - 0.5, grid[1] - 0.5)
    return seed.resize(size, Image.Resampling.BICUBIC, box=inner)
