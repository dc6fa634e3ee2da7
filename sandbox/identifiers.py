"""Children's identifiers that pass their own checks: UPN, ULN, NHS number, council's social-care id.

Vectorised (a million take a second or two). Numbers of one call are unique among themselves. None belongs to anybody:
NHS numbers come from the ranges that are not issued (they begin with 9), UPNs and ULNs are made up.
Check rules: facts/sen2.md section 5.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from area.errors import SettingsError

Digits = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

UPN_LETTERS = (
    "ABCDEFGHJKLMNPQRTUVWXYZ"  # I, O and S are left out; the position is the remainder (or a final letter's value)
)
_LETTER_BYTES = np.frombuffer(UPN_LETTERS.encode(), dtype=np.uint8)
_UPN_WEIGHTS = np.arange(2, 14)
_TEN_DOWN = np.arange(10, 1, -1)


def upn_check_letter(body: str) -> str:
    """The check letter of the twelve characters that follow it (the last may be a letter: a temporary UPN)."""
    values = [UPN_LETTERS.index(c) if c.isalpha() else int(c) for c in body]
    return UPN_LETTERS[sum(v * int(w) for v, w in zip(values, _UPN_WEIGHTS, strict=True)) % 23]


def is_valid_upn(upn: str) -> bool:
    """True when `upn` has 13 characters in the right places and the right check letter."""
    if len(upn) != 13 or not upn.isascii():
        return False
    body, last = upn[1:12], upn[12]
    if not body.isdigit() or not (last.isdigit() or last in UPN_LETTERS):
        return False
    return upn[0] == upn_check_letter(upn[1:])


def is_valid_uln(uln: str) -> bool:
    """True when `uln` is ten digits, begins with 1-9 and its check digit holds."""
    if len(uln) != 10 or not (uln.isascii() and uln.isdigit()) or uln[0] == "0":
        return False
    remainder = sum(int(c) * int(w) for c, w in zip(uln[:9], _TEN_DOWN, strict=True)) % 11
    return remainder != 0 and int(uln[9]) == 10 - remainder


def is_valid_nhs_number(number: str) -> bool:
    """True when `number` is ten digits and its modulus-11 check digit holds."""
    if len(number) != 10 or not (number.isascii() and number.isdigit()):
        return False
    check = (11 - sum(int(c) * int(w) for c, w in zip(number[:9], _TEN_DOWN, strict=True)) % 11) % 11
    return check != 10 and int(number[9]) == check


def to_strings(characters: Digits) -> pa.StringArray:
    """A matrix of ASCII bytes, one row a value, as an Arrow string column (no Python object a value)."""
    count, width = characters.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    data = np.ascontiguousarray(characters, dtype=np.uint8)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(data))


def digits_of(numbers: npt.ArrayLike, width: int) -> Digits:
    """The decimal digits (0-9, not characters) of whole numbers, padded with zeros on the left."""
    values = np.asarray(numbers, dtype=np.int64)
    return ((values[:, None] // 10 ** np.arange(width - 1, -1, -1)) % 10).astype(np.uint8)


def upns(
    la_codes: npt.ArrayLike,
    entry_years: npt.ArrayLike,
    establishments: npt.ArrayLike,
    *,
    temporary: npt.NDArray[np.bool_] | None = None,
) -> pa.StringArray:
    """One valid UPN a row, issued by LA `la_codes` in `entry_years` by one of the schools `establishments`.

    `establishments` is the list of four-digit school numbers that issue; serials are dealt round them, and further
    numbers are opened when 999 serials a school and year are not enough. `temporary` rows end in a letter.
    """
    la = np.asarray(la_codes, dtype=np.int64)
    year = np.asarray(entry_years, dtype=np.int64) % 100
    own = np.unique(np.asarray(establishments, dtype=np.int64))
    running = _running_number(la * 100 + year)
    schools = _enough_schools(own, int(running.max(initial=0)) + 1)
    digits = np.concatenate(
        [
            digits_of(la, 3),
            digits_of(schools[running % len(schools)], 4),
            digits_of(year, 2),
            digits_of(running // len(schools) + 1, 3),
        ],
        axis=1,
    ).astype(np.int64)
    values, characters = digits.copy(), digits + ord("0")
    if temporary is not None and temporary.any():
        # a temporary number's serial ends in a letter; one letter for each digit keeps the number unique
        letter = digits[temporary, 11] * 2 + 1
        values[temporary, 11] = letter
        characters[temporary, 11] = _LETTER_BYTES[letter]
    check = _LETTER_BYTES[(values * _UPN_WEIGHTS).sum(axis=1) % 23]
    return to_strings(np.concatenate([check[:, None], characters], axis=1).astype(np.uint8))


def ulns(count: int, rng: np.random.Generator) -> pa.StringArray:
    """`count` valid and different ULNs."""
    return to_strings(_checked(count, rng, low=100_000_000, high=999_999_999, check=_uln_check))


def nhs_numbers(count: int, rng: np.random.Generator) -> pa.StringArray:
    """`count` valid and different NHS numbers out of the ranges that are never issued."""
    low = 999_000_000 if count < 700_000 else 900_000_000
    return to_strings(_checked(count, rng, low=low, high=999_999_999, check=_nhs_check))


def social_care_ids(count: int, rng: np.random.Generator) -> pa.StringArray:
    """`count` different council child ids (`CH` and seven digits): the 903's CHILD, the CIN census' LAchildID."""
    numbers = _spread(count, rng, low=1_000_000, high=9_999_999)
    prefix = np.tile(np.frombuffer(b"CH", dtype=np.uint8), (count, 1))
    return to_strings(np.concatenate([prefix, digits_of(numbers, 7) + ord("0")], axis=1).astype(np.uint8))


def _uln_check(bodies: Ints) -> Ints:
    remainder = (digits_of(bodies, 9).astype(np.int64) * _TEN_DOWN).sum(axis=1) % 11
    return np.where(remainder == 0, -1, 10 - remainder)


def _nhs_check(bodies: Ints) -> Ints:
    check = (11 - (digits_of(bodies, 9).astype(np.int64) * _TEN_DOWN).sum(axis=1) % 11) % 11
    return np.where(check == 10, -1, check)


def _checked(count: int, rng: np.random.Generator, *, low: int, high: int, check: Callable[[Ints], Ints]) -> Digits:
    """`count` ten-digit numbers: a nine-digit body that has a check digit, and that digit."""
    bodies = _spread(min(int(count * 1.15) + 50, high - low + 1), rng, low=low, high=high)
    checks = check(bodies)
    keep = np.flatnonzero(checks >= 0)[:count]
    if len(keep) < count:
        raise SettingsError("scale", expected=f"at most {len(keep)} numbers", came=str(count), where="the call")
    return (np.concatenate([digits_of(bodies[keep], 9), checks[keep, None]], axis=1) + ord("0")).astype(np.uint8)


def _spread(count: int, rng: np.random.Generator, *, low: int, high: int) -> Ints:
    """`count` different whole numbers of low..high: a walk round the range with a stride prime to its size."""
    size = high - low + 1
    if count > size:
        raise SettingsError("scale", expected=f"at most {size} numbers", came=str(count), where="the call")
    stride = int(rng.integers(size // 3, size // 2)) | 1
    while np.gcd(stride, size) != 1:
        stride += 2
    start = int(rng.integers(0, size))
    return (low + (start + np.arange(count, dtype=np.int64) * stride) % size).astype(np.int64)


def _running_number(group: Ints) -> Ints:
    """0, 1, 2 … within each value of `group`, in row order."""
    order = np.argsort(group, kind="stable")
    sorted_group = group[order]
    starts = (
        np.flatnonzero(np.r_[True, sorted_group[1:] != sorted_group[:-1]])
        if len(group)
        else np.array([], dtype=np.int64)
    )
    lengths = np.diff(np.r_[starts, len(group)])
    running = np.empty(len(group), dtype=np.int64)
    running[order] = np.arange(len(group)) - np.repeat(starts, lengths)
    return running


def _enough_schools(own: Ints, needed: int) -> Ints:
    """The school numbers, with made-up ones added when `needed` serials do not fit at 999 a school."""
    wanted = max(-(-needed // 999), 1)
    if len(own) >= wanted:
        return own
    spare = np.setdiff1d(np.arange(2000, 8000, dtype=np.int64), own)
    return np.concatenate([own, spare[: wanted - len(own)]])
