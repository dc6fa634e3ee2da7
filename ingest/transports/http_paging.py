"""Where the next page of a paged API is, as the contract's `paging` says.

- `kind: auto` (when nothing is said): by the common envelopes: a link, a number or a count of pages in the answer, or a
  Link header.
- `kind: page`: pages are numbered in the query parameter `parameter` (page) from `first` (1); the last is told by the
  answer's member `pages` (a count), or is the one before an empty page.
- `kind: next`: the answer's member `member` (next), or its Link header, leads to the next page.
- `kind: cursor`: the answer's member `member` (next_cursor) goes into the query parameter `parameter` (cursor).

`size_parameter` (per_page) asks for `page_size` records a page. Members are named by their path, as `meta.cursor.next`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

AUTO, PAGE, NEXT, CURSOR = "auto", "page", "next", "cursor"
_PARAMETERS = {AUTO: "page", PAGE: "page", CURSOR: "cursor"}
_MEMBERS = {NEXT: "next", CURSOR: "next_cursor"}


@dataclass(frozen=True)
class Paging:
    """One contract's way of paging."""

    kind: str
    parameter: str
    member: str
    pages: str
    first: int
    size_parameter: str

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Paging:
        """From the contract's `transport.paging`, whose members are all optional."""
        kind = str(said.get("kind", AUTO))
        return cls(
            kind=kind,
            parameter=str(said.get("parameter", _PARAMETERS.get(kind, ""))),
            member=str(said.get("member", _MEMBERS.get(kind, ""))),
            pages=str(said.get("pages", "total_pages")),
            first=int(said.get("first", 1)),
            size_parameter=str(said.get("size_parameter", "per_page")),
        )

    def first_query(self, size: int) -> dict[str, Any]:
        """What the first request says of pages."""
        number = {self.parameter: self.first} if self.kind in (AUTO, PAGE) else {}
        return number | {self.size_parameter: size}

    def next_link(self, url: str, said: Mapping[str, Any], records: int, link: str | None) -> str | None:
        """The address of the page after `url` (perhaps relative to it), or None after the last.

        `said` is what the page says, `records` how many records are on it, `link` its Link header's next.
        """
        if self.kind == PAGE:
            return self._numbered(url, said, records)
        if self.kind == CURSOR:
            cursor = _member(said, self.member)
            return _with(url, self.parameter, str(cursor)) if cursor not in (None, "", False) else None
        if self.kind == NEXT:
            following = _member(said, self.member)
            return str(following) if following else link
        return self._guessed(url, said, link)

    def _numbered(self, url: str, said: Mapping[str, Any], records: int) -> str | None:
        query = dict(parse_qsl(url.partition("?")[2]))
        page = int(query.get(self.parameter, self.first))
        pages = _member(said, self.pages)
        counted = isinstance(pages, int) and not isinstance(pages, bool)
        more = page - self.first + 1 < pages if counted else records > 0
        return _with(url, self.parameter, str(page + 1)) if more else None

    def _guessed(self, url: str, said: Mapping[str, Any], link: str | None) -> str | None:
        paging = _member(said, "meta.pagination")
        paging = paging if isinstance(paging, dict) else {}
        for candidate in (said.get("next"), said.get("next_page_url"), said.get("next_page"), paging.get("next"), link):
            if isinstance(candidate, str) and candidate:
                return candidate
            if isinstance(candidate, int) and not isinstance(candidate, bool) and candidate > 0:
                return _with(url, self.parameter, str(candidate))
        page, pages = said.get("page", said.get("current_page")), said.get("total_pages")
        if isinstance(page, int) and isinstance(pages, int) and page < pages:
            return _with(url, self.parameter, str(page + 1))
        if paging.get("more") is True and isinstance(paging.get("current_page"), int):
            return _with(url, self.parameter, str(paging["current_page"] + 1))
        return None


def _member(said: Mapping[str, Any], path: str) -> Any:
    found: Any = said
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _with(url: str, parameter: str, value: str) -> str:
    """The address with a query parameter set; the others stay as they are written."""
    before, _, query = url.partition("?")
    name = quote(parameter, safe="")
    pairs = [pair for pair in query.split("&") if pair and pair.partition("=")[0] not in (parameter, name)]
    return f"{before}?{'&'.join([*pairs, urlencode({parameter: value})])}"
