"""Who can put a finding right: the source systems that rules name as `owner`, in words."""

from __future__ import annotations

from dataclasses import dataclass

FILE = "file"


@dataclass(frozen=True)
class Owner:
    """A source system and the people who can change what is in it."""

    code: str
    system: str
    who: str


_OWNERS = {
    owner.code: owner
    for owner in (
        Owner("ehc_casework", "EHC casework", "EHC casework team"),
        Owner("school_census", "School census", "School census officer, with the school"),
        Owner("gias", "Get Information About Schools", "The setting, or whoever keeps its entry in GIAS"),
        Owner("settings", "Settings of the return", "Whoever prepares the return (header settings)"),
        Owner(FILE, "The file itself", "Whoever makes the file, or the supplier of the system that does"),
    )
}


def owner(code: str) -> Owner:
    """The owner of that code; one that is not listed is called by its code."""
    words = code.replace("_", " ").capitalize()
    return _OWNERS.get(code, Owner(code, words, f"{words} team"))
