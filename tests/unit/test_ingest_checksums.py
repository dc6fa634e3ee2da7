"""Checksums as sources state them, beside a file or in headers."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.transports.checksums import ALGORITHMS, stated_beside, stated_in_headers

BODY = b"a,b\n1,2\n"
SHA256 = hashlib.sha256(BODY).hexdigest()
MD5 = hashlib.md5(BODY, usedforsecurity=False).hexdigest()


def encoded(algorithm: str) -> str:
    return base64.b64encode(hashlib.new(algorithm, BODY).digest()).decode()


@pytest.mark.parametrize(
    "text",
    [
        SHA256,
        f"{SHA256}\n",
        f"{SHA256.upper()}  x.csv\r\n",
        f"{SHA256} *x.csv",
        f"\ufeff{SHA256}  lists/x.csv\n",
        f"SHA256 (x.csv) = {SHA256}\n",
        f"{'0' * 64}  other.csv\n{SHA256}  x.csv\n",
    ],
)
def test_what_tools_write_beside_a_file(text: str) -> None:
    assert stated_beside(text.encode(), "x.csv", "sha256") == SHA256


@pytest.mark.parametrize(
    "text", ["", "x.csv", f"{SHA256}  y.csv", MD5, SHA256[:-1], f"{SHA256}0", f"MD5 (x.csv) = {MD5}"]
)
def test_what_states_nothing_for_the_file(text: str) -> None:
    assert stated_beside(text.encode(), "x.csv", "sha256") is None


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Repr-Digest": f"sha-256=:{encoded('sha256')}:"}, {"sha256": SHA256}),
        ({"Digest": f"SHA-256={encoded('sha256')},MD5={encoded('md5')}"}, {"sha256": SHA256, "md5": MD5}),
        ({"Content-MD5": encoded("md5")}, {"md5": MD5}),
        ({"Repr-Digest": "sha-256=:nonsense:"}, {}),
        ({"Repr-Digest": f"unixsum=:1:, sha-256=:{encoded('md5')}:"}, {}),
        ({"ETag": f'"{MD5}"'}, {}),
        ({}, {}),
    ],
)
def test_what_headers_state(headers: dict[str, str], said: dict[str, str]) -> None:
    assert stated_in_headers(headers, whole=True) == said


def test_the_md5_of_a_part_is_not_that_of_the_file() -> None:
    assert stated_in_headers({"Content-MD5": encoded("md5")}, whole=False) == {}
    assert stated_in_headers({"Digest": f"MD5={encoded('md5')}"}, whole=False) == {"md5": MD5}


def test_an_entity_tag_counts_where_the_contract_says_that_it_is_one() -> None:
    assert stated_in_headers({"ETag": f'"{MD5}"'}, whole=True, etag=True) == {"md5": MD5}
    for other in (f'W/"{MD5}"', f'"{MD5}-3"', '"v1"'):
        assert stated_in_headers({"ETag": other}, whole=True, etag=True) == {}


@given(st.binary(max_size=300), st.sampled_from(ALGORITHMS), st.text(max_size=20))
def test_any_bytes_beside_a_file_are_read_without_harm(text: bytes, algorithm: str, name: str) -> None:
    stated = stated_beside(text, name, algorithm)
    assert stated is None or len(stated) == len(hashlib.new(algorithm).hexdigest())


@given(st.dictionaries(st.sampled_from(["Repr-Digest", "Digest", "Content-MD5", "ETag"]), st.text(max_size=80)))
def test_any_headers_are_read_without_harm(headers: dict[str, str]) -> None:
    assert set(stated_in_headers(headers, whole=True, etag=True)) <= set(ALGORITHMS)
