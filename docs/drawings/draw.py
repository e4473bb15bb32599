"""Draws the pictures of the sample edition: `python docs/drawings/draw.py` writes articles/images/*.png.

Everything is geometry in the colours of theme `ink`; the few words are set in Noto Serif CJK TC.
Each picture is drawn three times too large, scaled down and given its own palette, so that it stays small.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

SCALE: Final = 3
FOLDER: Final = Path(__file__).resolve().parents[2] / "articles" / "images"
SERIF: Final = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"
TRADITIONAL: Final = 3  # the face of NotoSerifCJK-Bold.ttc that is drawn for Taiwan

PAPER: Final = "#F2EDE4"
SHEET: Final = "#FFFDF9"
VERMILION: Final = "#B5381F"
BLUE: Final = "#1F3A52"
OCHRE: Final = "#C9A24A"
CLAY: Final = "#D8C19A"
HAIR: Final = "#DCD1BD"
STEEL: Final = "#8FA0AC"
CORAL: Final = "#E0654A"  # vermilion that can be seen on blue

Point = tuple[float, float]


class Sheet:
    """A canvas whose units are the pixels of the finished picture."""

    def __init__(self, width: int, height: int, ground: str) -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), ground)
        self.draw = ImageDraw.Draw(self.image)

    def line(self, points: list[Point], colour: str, width: float) -> None:
        """A stroke with round ends and joints."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self.draw.line(scaled, fill=colour, width=round(width * SCALE), joint="curve")
        for x, y in (points[0], points[-1]):
            self.disc((x, y), width / 2, colour)

    def disc(self, centre: Point, radius: float, colour: str) -> None:
        """A filled circle."""
        x, y = centre
        box = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]
        self.draw.ellipse(box, fill=colour)

    def ring(self, centre: Point, radius: float, colour: str, width: float) -> None:
        """A circle drawn as a stroke whose middle runs at `radius`."""
        x, y = centre
        outer = radius + width / 2
        box = [(x - outer) * SCALE, (y - outer) * SCALE, (x + outer) * SCALE, (y + outer) * SCALE]
        self.draw.ellipse(box, outline=colour, width=round(width * SCALE))

    def block(self, x: float, y: float, width: float, height: float, colour: str, radius: float = 0) -> None:
        """A filled rectangle, its corners rounded by `radius`."""
        box = [x * SCALE, y * SCALE, (x + width) * SCALE - 1, (y + height) * SCALE - 1]
        self.draw.rounded_rectangle(box, radius * SCALE, fill=colour)

    def shape(self, points: list[Point], colour: str) -> None:
        """A filled polygon."""
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)

    def save(self, name: str, *colours: str) -> None:
        """Scale down, reduce to these colours and the tones between each two of them, and write the PNG."""
        small = self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
        steps = max(2, (255 - len(colours)) // (len(colours) * (len(colours) - 1) // 2))
        tones = [mix(a, b, n / steps) for a, b in itertools.combinations(colours, 2) for n in range(1, steps)]
        palette = Image.new("P", (1, 1))
        palette.putpalette(b"".join(bytes.fromhex(tone[1:]) for tone in [*colours, *tones][:256]))
        small.quantize(palette=palette, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


def mix(one: str, other: str, share: float) -> str:
    """A colour between two, `share` of the way from the first to the second."""
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def chance(seed: int) -> Iterator[float]:
    """Numbers from 0 to 1 that look random and are the same on every machine (an LCG of Knuth's)."""
    while True:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (seed >> 11) / 2**53


def hunminjeongeum() -> None:
    """Five shapes of the mouth, the strokes that each sound adds, and heaven, earth and human."""
    sheet = Sheet(1200, 600, PAPER)
    for column in range(1, 6):
        x = 60 + column * 132
        sheet.line([(x, 66), (x, 534)], HAIR, 1.5)
    for edge, width in ((40, 5), (52, 1.5)):
        for x in (edge, 1200 - edge):
            sheet.line([(x, edge), (x, 600 - edge)], BLUE, width)
        for y in (edge, 600 - edge):
            sheet.line([(edge, y), (1200 - edge, y)], BLUE, width)
    for column, family in enumerate(LETTERS):
        for row, (old, new) in enumerate(family):
            centre = (126 + column * 132, 146 + row * 154)
            _letter(sheet, centre, old, BLUE)
            _letter(sheet, centre, new, VERMILION)
    sheet.line([(940, 110), (940, 490)], BLUE, 26)
    sheet.line([(790, 404), (1090, 404)], OCHRE, 26)
    sheet.disc((940, 262), 104, VERMILION)
    sheet.save("hunminjeongeum", PAPER, BLUE, VERMILION, OCHRE, HAIR)


def _letter(sheet: Sheet, centre: Point, strokes: list[list[Point] | float], colour: str) -> None:
    """Draw strokes given in a square from -1 to 1; a number is the radius of a ring below the middle."""
    x, y = centre
    for stroke in strokes:
        if isinstance(stroke, float):
            sheet.ring((x, y + 38 * (0.85 - stroke)), stroke * 38, colour, 11)
        else:
            sheet.line([(x + px * 38, y + py * 38) for px, py in stroke], colour, 11)


_G: Final[list[list[Point] | float]] = [[(-0.8, -0.8), (0.8, -0.8), (0.8, 0.9)]]
_N: Final[list[list[Point] | float]] = [[(-0.8, -0.8), (-0.8, 0.8), (0.8, 0.8)]]
_M: Final[list[list[Point] | float]] = [[(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8), (-0.8, -0.8)]]
_P: Final[list[list[Point] | float]] = [[(-0.8, -1.0), (-0.8, 0.8), (0.8, 0.8), (0.8, -1.0)]]
_S: Final[list[list[Point] | float]] = [[(-0.85, 0.85), (0.0, -0.7), (0.85, 0.85)]]
_Z: Final[list[list[Point] | float]] = [[(-0.85, 0.85), (0.0, -0.5), (0.85, 0.85)]]
LETTERS: Final[list[list[tuple[list[list[Point] | float], list[list[Point] | float]]]]] = [
    [(_G, []), (_G, [[(-0.7, 0.0), (0.8, 0.0)]])],
    [
        (_N, []),
        (_N, [[(-0.8, -0.8), (0.8, -0.8)]]),
        ([*_N, [(-0.8, -0.8), (0.8, -0.8)]], [[(-0.8, 0.0), (0.7, 0.0)]]),
    ],
    [
        (_M, []),
        ([*_P, [(-0.8, 0.0), (0.8, 0.0)]], [[(-0.8, -1.0), (-0.8, -0.2)], [(0.8, -1.0), (0.8, -0.2)]]),
        (
            [[(-0.9, 0.8), (0.9, 0.8)], [(-0.9, -0.8), (0.9, -0.8)]],
            [[(-0.4, -0.75), (-0.4, 0.75)], [(0.4, -0.75), (0.4, 0.75)]],
        ),
    ],
    [
        (_S, []),
        (_Z, [[(-0.85, -0.62), (0.85, -0.62)]]),
        ([*_Z, [(-0.85, -0.62), (0.85, -0.62)]], [[(-0.3, -1.15), (0.3, -1.15)]]),
    ],
    [
        ([0.85], []),
        ([0.62], [[(-0.85, -0.68), (0.85, -0.68)]]),
        ([0.62, [(-0.85, -0.68), (0.85, -0.68)]], [[(-0.3, -1.18), (0.3, -1.18)]]),
    ],
]

CLAYWORDS: Final = (
    "慶曆中有布衣畢昇又為活板其法用膠泥刻字薄如錢唇每字為一印火燒令堅先設一鐵板其上以松脂蠟和紙灰之類冒之"
)


def movable_type() -> None:
    """Bi Sheng’s clay sorts in their iron frame, mirrored as type is; one has been printed from."""
    sheet = Sheet(1200, 600, BLUE)
    font = ImageFont.truetype(SERIF, 74 * SCALE, index=TRADITIONAL)
    draws = chance(1041)
    columns, rows, step = 10, 5, 108
    left, top = (1200 - columns * step) / 2, (600 - rows * step) / 2
    for place, letter in enumerate(CLAYWORDS[: columns * rows]):
        column, row = place // rows, place % rows  # the forme runs from the left, the print from the right
        x, y = left + column * step, top + row * step
        tone = mix(CLAY, PAPER, next(draws) * 0.75)
        printed = letter == "活"
        face = VERMILION if printed else tone
        sheet.block(x + 5, y + 7, step - 7, step - 7, mix(BLUE, "#000000", 0.45), 7)
        sheet.block(x + 3, y + 3, step - 7, step - 7, mix(face, "#FFFFFF", 0.35), 7)
        sheet.block(x + 5, y + 5, step - 9, step - 9, face, 6)
        _glyph(sheet, letter, font, (x + step / 2, y + step / 2), SHEET if printed else BLUE, not printed)
    sheet.save("movable-type", BLUE, mix(BLUE, "#000000", 0.45), CLAY, PAPER, SHEET, VERMILION)


def _glyph(
    sheet: Sheet, letter: str, font: ImageFont.FreeTypeFont, centre: Point, colour: str, mirrored: bool
) -> None:
    size = 100 * SCALE
    mask = Image.new("L", (size, size), 0)
    ImageDraw.Draw(mask).text((size / 2, size / 2), letter, font=font, fill=255, anchor="mm")
    if mirrored:
        mask = mask.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    corner = (round(centre[0] * SCALE - size / 2), round(centre[1] * SCALE - size / 2))
    sheet.image.paste(Image.new("RGB", (size, size), colour), corner, mask)


MORSE: Final = {
    **{"0": "-----", "1": ".----", "2": "..---", "3": "...--", "4": "....-"},
    **{"5": ".....", "6": "-....", "7": "--...", "8": "---..", "9": "----."},
}


def telegraph() -> None:
    """0022 2429 0207 1873 in Morse: a row for each character of 中文信息, one of them in vermilion."""
    sheet = Sheet(960, 540, BLUE)
    for row, group in enumerate(("0022", "2429", "0207", "1873")):
        y = 117 + row * 102
        sheet.line([(48, y), (912, y)], mix(BLUE, PAPER, 0.16), 1.5)
        widths = [sum(30 if mark == "-" else 14 for mark in MORSE[digit]) + 4 * 8 for digit in group]
        gap = (816 - sum(widths)) / 3
        x = 72.0
        colour = CORAL if row == 1 else PAPER
        for digit, width in zip(group, widths, strict=True):
            at = x
            for mark in MORSE[digit]:
                length = 30 if mark == "-" else 14
                sheet.block(at, y - 7, length, 14, colour, 7)
                at += length + 8
            x += width + gap
    sheet.save("telegraph", BLUE, PAPER, CORAL)


# International Telegraph Alphabet No. 2: holes 1 to 5 of each letter.
ITA2: Final = {
    **{"A": "11000", "B": "10011", "C": "01110", "D": "10010", "E": "10000", "F": "10110", "G": "01011"},
    **{"H": "00101", "I": "01100", "J": "11010", "K": "11110", "L": "01001", "M": "00111", "N": "00110"},
    **{"O": "00011", "P": "01101", "Q": "11101", "R": "01010", "S": "10100", "T": "00001", "U": "11100"},
    **{"V": "01111", "W": "11001", "X": "10111", "Y": "10101", "Z": "10001", " ": "00100"},
    **{"\r": "00010", "\n": "01000"},
}


def punched_tape() -> None:
    """Three five-hole tapes that can be read: the last signs of each line return the carriage and feed."""
    sheet = Sheet(960, 540, OCHRE)
    words = ("DEAR READER\r\n", "EVERY LINE OF\r\n", "YOUR MAIL ENDS LIKE THIS\r\n")
    for strip, (text, shift) in enumerate(zip(words, (96, 20, -330), strict=True)):
        top = 40 + strip * 160
        sheet.block(-10, top + 6, 980, 140, mix(OCHRE, "#5A4210", 0.55))
        sheet.block(-10, top, 980, 140, SHEET if strip != 1 else PAPER)
        for place in range(-16, 48):
            x = shift + place * 48 + 30
            if not -20 < x < 980:
                continue
            sheet.disc((x, top + 82), 4.5, mix(OCHRE, BLUE, 0.85))
            sign = text[place] if 0 <= place < len(text) else ""
            for hole, punched in enumerate(ITA2.get(sign, "00000")):
                y = top + (22, 44, 64, 100, 120)[hole]
                if punched == "1":
                    sheet.disc((x, y), 9, VERMILION if sign in "\r\n" else BLUE)
    sheet.save("punched-tape", OCHRE, mix(OCHRE, "#5A4210", 0.55), SHEET, PAPER, BLUE, VERMILION)


def signal() -> None:
    """One message through a noisy channel: thirty lines, the sent one and what arrives of it."""
    sheet = Sheet(960, 540, PAPER)
    draws = chance(1948)
    lines = 26
    for line in range(lines):
        base = 84 + line * 16.2
        noise = [next(draws) - 0.5 for _ in range(240)]
        points: list[Point] = []
        for step in range(0, 961, 4):
            x = step / 960
            swell = math.exp(-(((x - 0.5) / 0.2) ** 2))
            wave = math.sin(x * math.tau * 5 + line * 0.24) * 15 * (0.35 + swell)
            near = noise[step // 4 % 240] + noise[(step // 4 + 1) % 240]
            points.append((step, base - wave - near * 46 * swell * (line / lines) ** 1.4))
        floor: list[Point] = [(960.0, 560.0), (0.0, 560.0)]
        sheet.shape(points + floor, PAPER)
        mark = line == lines // 2
        tone = VERMILION if mark else mix(BLUE, PAPER, 0.55 - 0.5 * line / lines)
        sheet.line(points, tone, 4 if mark else 2)
    sheet.save("signal", PAPER, BLUE, VERMILION)


def slugs() -> None:
    """Lines as the Linotype casts them: words of metal, spread to the measure by wedge-shaped spaces."""
    sheet = Sheet(960, 540, BLUE)
    draws = chance(1886)
    for row in range(8):
        y = 42 + row * 58
        sheet.block(60, y + 4, 840, 44, mix(BLUE, "#000000", 0.5), 3)
        sheet.block(60, y, 840, 44, mix(STEEL, SHEET, 0.1 + 0.5 * next(draws)), 3)
        words = [50 + next(draws) * 110 for _ in range(5 + int(next(draws) * 3))]
        total = sum(words)
        gap = 24.0
        stretch = (816 - gap * (len(words) - 1)) / total
        x = 72.0
        last = row == 7
        for number, word in enumerate(words[:2] if last else words):
            width = word * stretch if not last else (210, 232)[number]
            sheet.block(x, y + 10, width, 24, VERMILION if last else BLUE, 2)
            x += width
            if not last and number < len(words) - 1:
                sheet.shape([(x + 9, y + 4), (x + 15, y + 4), (x + 19, y + 40), (x + 5, y + 40)], OCHRE)
            x += gap
    sheet.save("slugs", BLUE, mix(BLUE, "#000000", 0.5), STEEL, SHEET, OCHRE, VERMILION)


def manuscript() -> None:
    """A manuscript sheet, written downwards: the full stop hangs below the column, not atop the next."""
    sheet = Sheet(960, 540, SHEET)
    red = mix(VERMILION, SHEET, 0.45)
    cell, aisle, columns, rows = 52.0, 16.0, 12, 8
    left, top = (960 - columns * (cell + aisle) + aisle) / 2, 40.0
    draws = chance(1604)
    for column in range(columns):
        x = left + (columns - 1 - column) * (cell + aisle)
        for row in range(rows + 1):
            sheet.line([(x, top + row * cell), (x + cell, top + row * cell)], red, 1.2)
        for edge in (x, x + cell):
            sheet.line([(edge, top), (edge, top + rows * cell)], red, 1.2)
        indent, end = (2, rows) if column == 0 else (0, 5 if column == columns - 1 else rows)
        for row in range(indent, end):
            stop = column not in (2, 7) and next(draws) < 0.1 and 0 < row < rows - 1
            middle = (x + cell / 2, top + (row + 0.5) * cell)
            if stop:
                sheet.ring((x + cell - 13, top + row * cell + 13), 5, BLUE, 2.6)
            else:
                size = 17 - 3 * next(draws)
                sheet.block(middle[0] - size, middle[1] - size, 2 * size, 2 * size, BLUE, 4)
        if column in (2, 7):
            sheet.ring((x + cell - 15, top + rows * cell + 19), 9, VERMILION, 4.5)
    sheet.line([(left - 22, 516), (960 - left + 22, 516)], BLUE, 4)
    sheet.save("manuscript", SHEET, red, BLUE, VERMILION)


def tape_key() -> None:
    """HELLO on a tape, a letter above each row of holes; the last two move the machine."""
    sheet = Sheet(960, 360, PAPER)
    label = ImageFont.truetype(SERIF, 46 * SCALE, index=TRADITIONAL)
    small = ImageFont.truetype(SERIF, 24 * SCALE, index=TRADITIONAL)
    sheet.block(0, 120, 960, 208, mix(OCHRE, PAPER, 0.35))
    sheet.block(0, 114, 960, 208, SHEET)
    for place, sign in enumerate("HELLO\r\n"):
        x = 162 + place * 106
        move = sign in "\r\n"
        word, font = ({"\r": "歸位", "\n": "換行"}[sign], small) if move else (sign, label)
        sheet.draw.text((x * SCALE, 66 * SCALE), word, VERMILION if move else BLUE, font, anchor="mm")
        for hole, punched in enumerate(ITA2[sign]):
            y = (144, 178, 212, 254, 292)[hole]
            if punched == "1":
                sheet.disc((x, y), 13, VERMILION if move else BLUE)
            else:
                sheet.ring((x, y), 12, HAIR, 2)
    for feed in range(-1, 20):
        sheet.disc((56 + feed * 53, 234), 4.5, mix(OCHRE, BLUE, 0.7))
    sheet.save("tape-key", PAPER, SHEET, OCHRE, HAIR, BLUE, VERMILION)


def line_ends() -> None:
    """Three answers to a full stop that would begin a line: press it in, take one along, let it hang."""
    sheet = Sheet(960, 300, SHEET)
    font = ImageFont.truetype(SERIF, 34 * SCALE, index=TRADITIONAL)
    cell = 38.0
    for panel, name in enumerate(("推入", "推出", "懸掛")):
        left, top = 60 + panel * 300, 44.0
        sheet.block(left, top, 6 * cell, 4 * cell, mix(PAPER, SHEET, 0.35))
        sheet.line([(left + 6 * cell, top - 12), (left + 6 * cell, top + 4 * cell + 12)], STEEL, 1.5)
        for row in range(4):
            squares = 5 if row == 1 and panel == 1 else 2 if row == 3 else 6
            size, step = (28.0, 35.0) if row == 1 and panel == 0 else (30.0, cell)
            for column in range(squares):
                carried = panel == 1 and row == 2 and column == 0
                face = VERMILION if carried else BLUE
                if panel == 1 and row == 2 and column == 1:
                    sheet.ring((left + step + 11, top + row * cell + 27), 6, VERMILION, 3.5)
                    continue
                sheet.block(left + column * step + 4, top + row * cell + 4, size, 30, face, 4)
        stop = {0: (left + 6 * cell - 9, top + cell + 27), 2: (left + 6 * cell + 14, top + cell + 27)}.get(
            panel
        )
        if stop:
            sheet.ring(stop, 6, VERMILION, 3.5)
        sheet.draw.text(((left + 3 * cell) * SCALE, 248 * SCALE), name, BLUE, font, anchor="mm")
    sheet.save("line-ends", SHEET, PAPER, STEEL, BLUE, VERMILION)


DRAWINGS: Final[tuple[Callable[[], None], ...]] = (
    hunminjeongeum,
    movable_type,
    telegraph,
    punched_tape,
    signal,
    slugs,
    manuscript,
    tape_key,
    line_ends,
)

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for drawing in DRAWINGS:
        drawing()
