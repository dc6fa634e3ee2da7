"""Connections: read with and without Airflow, and never shown with their secrets."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from area.errors import SettingsError
from ingest.transports.endpoint import Endpoint, is_private_or_tls

SECRET = "s3cr3t/p@ss"


def set_connection(monkeypatch: pytest.MonkeyPatch, value: str) -> Endpoint:
    monkeypatch.setenv("AIRFLOW_CONN_SEND_931_TEST", value)
    return Endpoint.from_environment("send_931_test")


def test_json_form(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"conn_type": "sftp", "host": "h", "port": "2222", "login": "u", "password": SECRET}
    for extra in ({"host_key": "k"}, json.dumps({"host_key": "k"})):
        found = set_connection(monkeypatch, json.dumps(said | {"extra": extra}))
        assert (found.kind, found.host, found.port, found.login, found.password) == ("sftp", "h", 2222, "u", SECRET)
        assert found.extra == {"host_key": "k"}


def test_uri_form(monkeypatch: pytest.MonkeyPatch) -> None:
    found = set_connection(monkeypatch, "sftp://us%2Fer:s3cr3t%2Fp%40ss@example.org:2222/?host_key=ssh-ed25519%20AAAA")
    assert (found.kind, found.host, found.port, found.login) == ("sftp", "example.org", 2222, "us/er")
    assert found.password == SECRET
    assert found.extra["host_key"] == "ssh-ed25519 AAAA"
    nested = set_connection(monkeypatch, "http://:tok@h:80/https?__extra__=%7B%22base_path%22%3A%20%22%2Fv1%22%7D")
    assert (nested.scheme, nested.base_url) == ("https", "https://h:80/v1")


def test_as_airflow_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk import Connection

    conn = Connection(
        conn_id="send_931_test", conn_type="sftp", host="h", port=22, login="u", password=SECRET,
        extra=json.dumps({"host_key": "k"}),
    )  # fmt: skip
    assert Endpoint.from_airflow(conn) == set_connection(
        monkeypatch,
        json.dumps(
            {"conn_type": "sftp", "host": "h", "port": 22, "login": "u", "password": SECRET, "extra": {"host_key": "k"}}
        ),
    )


def test_as_something_with_the_same_attributes() -> None:
    conn = SimpleNamespace(
        conn_id="c", conn_type="fs", host=None, port=None, schema=None, login=None, password=None,
        extra='{"path": "/x"}',
    )  # fmt: skip
    assert Endpoint.from_airflow(conn).folder == "/x"


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"conn_type": "http", "host": "h", "password": SECRET, "login": "the-login", "extra": {"private_key": "KEY"}}
    shown = repr(set_connection(monkeypatch, json.dumps(said)))
    assert "send_931_test" in shown
    for hidden in (SECRET, "the-login", "KEY"):
        assert hidden not in shown


@pytest.mark.parametrize("value", ["", "   ", '{"host": ', '{"port": "x"}', "sftp://h:notaport/", '{"extra": "[]"}'])
def test_what_cannot_be_read_is_refused_without_its_value(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        set_connection(monkeypatch, value)
    assert "SEND_931_TEST" in str(caught.value).upper()
    assert "notaport" not in str(caught.value)


@pytest.mark.parametrize(
    ("endpoint", "url", "safe"),
    [
        (Endpoint("c", "http", host="h", scheme="https"), "https://h", True),
        (Endpoint("c", "http", host="h"), "https://h", True),
        (Endpoint("c", "http", host="h", port=8080, scheme="http"), "http://h:8080", False),
        (Endpoint("c", "http", host="127.0.0.1", port=80, scheme="http"), "http://127.0.0.1:80", True),
        (Endpoint("c", "http", host="https://h/statistics/v1"), "https://h/statistics/v1", True),
        (Endpoint("c", "http", host="h", extra={"base_path": "/statistics/v1/"}), "https://h/statistics/v1", True),
        (Endpoint("c", "http", host="localhost.example.org", scheme="http"), "http://localhost.example.org", False),
    ],
)
def test_addresses_and_whether_a_secret_may_go_there(endpoint: Endpoint, url: str, safe: bool) -> None:
    assert endpoint.base_url == url
    assert is_private_or_tls(endpoint.base_url) is safe


def test_an_address_that_is_none() -> None:
    with pytest.raises(SettingsError):
        _ = Endpoint("c", "http", host="").base_url
    with pytest.raises(SettingsError):
        _ = Endpoint("c", "http", host="ftp://h").base_url
