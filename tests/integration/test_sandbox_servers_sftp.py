"""The pretend SFTP accounts, used through paramiko over real sockets."""

from __future__ import annotations

import base64
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paramiko
import pytest

from tests.support.sandbox_servers import Serving, make_folder, serving

NIGHT = 1738281600  # 2025-01-31T00:00:00Z


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("sftp") / "out")


@pytest.fixture(scope="module")
def accounts(out: Path) -> Iterator[Serving]:
    with serving(out) as running:
        yield running


@contextmanager
def _login(accounts: Serving, user: str, **other: Any) -> Iterator[paramiko.SFTPClient]:
    where = accounts.connection(f"send_931_{user}_sftp")
    client = paramiko.SSHClient()
    kind, encoded = str(other.pop("host_key", where["extra"]["host_key"])).split()
    key = paramiko.PKey.from_type_string(kind, base64.b64decode(encoded))
    client.get_host_keys().add(f"[{where['host']}]:{where['port']}", kind, key)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    given = {"username": user, "password": where["password"]} | other
    try:
        client.connect(where["host"], where["port"], allow_agent=False, look_for_keys=False, timeout=10, **given)
        yield client.open_sftp()
    finally:
        client.close()


def test_each_user_sees_only_the_own_folder(accounts: Serving) -> None:
    seen = {}
    for user in ("council", "care", "health"):
        with _login(accounts, user) as sftp:
            seen[user] = sftp.listdir(".")
            with pytest.raises(FileNotFoundError):
                sftp.stat(f"../{'care' if user == 'council' else 'council'}")
            assert sftp.normalize("../../..") == "/"
    assert seen == {"council": ["ehc"], "care": ["cin"], "health": ["csds"]}


def test_files_come_whole_and_with_the_night_as_their_time(accounts: Serving, out: Path) -> None:
    name = "ehc/ehc_person_20250131.csv"
    with _login(accounts, "council") as sftp:
        (entry,) = sftp.listdir_attr("ehc")
        assert (entry.filename, entry.st_mtime) == ("ehc_person_20250131.csv", NIGHT)
        assert stat.S_ISREG(entry.st_mode or 0)
        with sftp.open(name) as file:
            assert file.stat().st_mtime == NIGHT
            assert file.read() == (out / "sftp/council" / name).read_bytes()
        assert sftp.stat("ehc").st_mtime == NIGHT


def test_nothing_can_be_changed(accounts: Serving, out: Path) -> None:
    name = "ehc/ehc_person_20250131.csv"
    before = (out / "sftp/council" / name).read_bytes()
    with _login(accounts, "council") as sftp:
        for attempt in (
            lambda: sftp.open("ehc/new.csv", "w"),
            lambda: sftp.open(name, "a"),
            lambda: sftp.open(name, "r+"),
            lambda: sftp.remove(name),
            lambda: sftp.rename(name, "ehc/b.csv"),
            lambda: sftp.posix_rename(name, "ehc/b.csv"),
            lambda: sftp.mkdir("new"),
            lambda: sftp.rmdir("ehc"),
            lambda: sftp.chmod(name, 0o777),
            lambda: sftp.utime(name, (1, 1)),
            lambda: sftp.truncate(name, 0),
            lambda: sftp.symlink(name, "link"),
        ):
            with pytest.raises(PermissionError):
                attempt()
    assert (out / "sftp/council" / name).read_bytes() == before
    assert [path.name for path in (out / "sftp/council").rglob("*")] == ["ehc", "ehc_person_20250131.csv"]


def test_a_link_out_of_the_folder_leads_nowhere(accounts: Serving, out: Path) -> None:
    link = out / "sftp/health/csds/out.csv"
    link.symlink_to(out / "sandbox.json")
    try:
        with _login(accounts, "health") as sftp, pytest.raises(FileNotFoundError):
            sftp.open("csds/out.csv")
    finally:
        link.unlink()


def test_a_wrong_password_or_user_is_refused(accounts: Serving) -> None:
    with pytest.raises(paramiko.AuthenticationException), _login(accounts, "care", password="wrong"):
        pass
    council = accounts.connection("send_931_council_sftp")["password"]
    with pytest.raises(paramiko.AuthenticationException), _login(accounts, "care", password=council):
        pass
    with pytest.raises(paramiko.AuthenticationException), _login(accounts, "care", username="nobody"):
        pass


def test_the_users_key_logs_in_and_anothers_does_not(accounts: Serving, out: Path) -> None:
    own = paramiko.Ed25519Key.from_private_key_file(str(out / "ssh/care_ed25519"))
    with _login(accounts, "care", password=None, pkey=own) as sftp:
        assert sftp.listdir(".") == ["cin"]
    with pytest.raises(paramiko.AuthenticationException), _login(accounts, "council", password=None, pkey=own):
        pass


def test_another_host_key_than_the_connections_is_noticed(accounts: Serving, out: Path) -> None:
    other = " ".join((out / "ssh/care_ed25519.pub").read_text().split()[:2])
    with pytest.raises(paramiko.BadHostKeyException), _login(accounts, "care", host_key=other):
        pass


def test_keys_are_the_owners_alone_and_last(accounts: Serving, out: Path) -> None:
    assert stat.S_IMODE((out / "ssh").stat().st_mode) == 0o700
    assert stat.S_IMODE((out / "ssh/host_ed25519").stat().st_mode) == 0o600
    with serving(out) as again:
        ours, theirs = (s.connection("send_931_care_sftp") for s in (accounts, again))
        assert ours["extra"] == theirs["extra"]
        assert ours["password"] != theirs["password"]
