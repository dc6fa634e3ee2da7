"""What the HTML pages of the nightly load share: one look (`area/templates/page.css`), one way to write dates and
counts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from area.files import written_text

SHARED = Path(__file__).parent / "templates"


def day_in_words(day: dt.date | None) -> str:
    """A date as it is read: 31 January 2025; `never` for none."""
    return "never" if day is None else f"{day.day} {day:%B %Y}"


def with_commands(text: str) -> Markup:
    """What to do, as HTML: `commands` between backticks, as the terminal shows them, are set as code; the rest is
    escaped."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 escaped before


def render_page(templates: Path, template: str, content: Mapping[str, Any]) -> str:
    """A page from a package's own `templates` folder; every value is escaped, a missing one is an error."""
    environment = Environment(
        loader=FileSystemLoader([templates, SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        count=lambda n: f"{n:,}", day=day_in_words, percent=lambda n: f"{n:.1f}%", commands=with_commands
    )
    return environment.get_template(template).render(content)


def write_page(path: Path, page: str) -> None:
    """Put a page that holds no personal data in its place as a whole, readable by everyone who may see the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_text(path) as file:
        file.write(page)
    path.chmod(0o644)
