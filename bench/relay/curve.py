"""Curves over sizes that grow tenfold, as an SVG of a few lines: no program is needed to make one."""
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 420, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 26, 56, 44
COLOURS = ("#1f6feb", "#b35900")


def page(panels):
    """Panels side by side, on a ground of their own so that dark pages show them too.

    A panel is (title, unit of the sizes, [(name, [(size, median, least, most)])])."""
    body = "".join(f'<g transform="translate({number * WIDTH} 0)">{panel(*one)}</g>' for number, one in enumerate(panels))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * len(panels)} {HEIGHT}" width="{WIDTH * len(panels)}" height="{HEIGHT}" font-family="sans-serif" font-size="12" fill="#24292f">'
            f'<rect width="100%" height="100%" fill="#ffffff"/>{body}</svg>\n')


def panel(title, unit, lines):
    points = [point for _, line in lines for point in line]
    sizes = sorted({size for size, *_ in points})
    top = round_up(max(most for *_, most in points))
    across = lambda size: LEFT + (WIDTH - LEFT - RIGHT) * (sizes.index(size) / max(1, len(sizes) - 1))
    up = lambda value: HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top
    drawn = [text(LEFT, 18, title, "start", "bold")]
    for tick in (top * part / 4 for part in range(5)):
        drawn.append(f'<path d="M{LEFT} {up(tick):.1f}H{WIDTH - RIGHT}" stroke="#d0d7de"/>' + text(LEFT - 6, up(tick) + 4, f"{tick:,.0f}" if top >= 8 else f"{tick:.2f}", "end"))
    drawn += [text(across(size), HEIGHT - BOTTOM + 18, f"{size:,}", "middle") for size in sizes]
    drawn.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, unit, "middle"))
    for number, (name, line) in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        way = "M" + "L".join(f"{across(size):.1f} {up(median):.1f}" for size, median, *_ in line)
        drawn.append(f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="2"/>')
        # Beside each other, or the ranges of two lines would hide one another.
        drawn += [f'<path d="M{across(size) + 3 * number:.1f} {up(least):.1f}V{up(most):.1f}" stroke="{colour}" stroke-opacity="0.5"/>'
                  f'<circle cx="{across(size):.1f}" cy="{up(median):.1f}" r="3.5" fill="{colour}"/>' for size, median, least, most in line]
        drawn.append(f'<circle cx="{LEFT + 4 + 150 * number}" cy="36" r="3.5" fill="{colour}"/>' + text(LEFT + 14 + 150 * number, 40, name, "start"))
    return "".join(drawn)


def text(x, y, words, anchor, weight="normal"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'


def round_up(value):
    """To 1, 2, 4 or 8 times a power of ten, so that quarters of it are round."""
    step = 1e-3
    while True:
        for times in (1, 2, 4, 8):
            if value <= step * times:
                return step * times
        step *= 10
