"""A few numbers as a line small enough to stand in a table: SVG, without scripts, said in words too."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT, EDGE = 96, 24, 3


def sparkline(values: Sequence[float], words: str) -> Markup:
    """The values from left to right, the last one marked; `words` say them to whoever cannot see the line. Nothing
    for fewer than two values: there is no trend yet."""
    if len(values) < 2:
        return Markup("")
    low, high = min(0.0, *values), max(values)
    span = (high - low) or 1.0
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    points = [
        (EDGE + place * step, HEIGHT - EDGE - (value - low) / span * (HEIGHT - 2 * EDGE))
        for place, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    last_x, last_y = points[-1]
    return Markup(
        '<svg class="spark" role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}">'
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        '<circle cx="{:.1f}" cy="{:.1f}" r="2.5" fill="currentColor"/></svg>'
    ).format(words, WIDTH, HEIGHT, WIDTH, HEIGHT, line, last_x, last_y)
