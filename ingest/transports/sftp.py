"""SFTP through paramiko. The server must show the very host key the connection names; nothing is trusted on first
use."""

from __future__ import annotations

import base64
import binascii
import io
import stat
from collections.abc import Callable, Iterator
from typing import TypeVar

import paramiko
from paramiko.pkey import UnknownKeyType

from area.errors import SourceRefusedError
from ingest.landing.files import IncomingFile
from ingest.transports import Arrival, Pull
from ingest.transports.drop_files import ChangedWhileReadError, Listed, fetch_files
from ingest.transports.retry import TryAgain, with_retries

CHUNK = 1 << 18
T = TypeVar("T")


def fetch(pull: Pull) -> Iterator[Arrival]:
    """The finished files of the contract's folder on the server.

    Raises SourceRefusedError (host key, login, no such folder, no permission; not tried again) or
    SourceUnavailableError (no answer, broken off).
    """
    session = _Session(pull)
    folder = str(pull.option("folder", "."))
    try:
        yield from fetch_files(pull, _Folder(session, folder, f"sftp {pull.endpoint.conn_id}/{folder}"))
    finally:
        session.close()


class _Folder:
    """The drop: one folder of the server."""

    def __init__(self, session: _Session, folder: str, place: str) -> None:
        self._session, self._folder, self.place = session, folder, place

    def listing(self) -> list[Listed]:
        entries = self._session.run(lambda sftp: sftp.listdir_attr(self._folder))
        return [_listed(entry.filename, entry) for entry in entries if stat.S_ISREG(entry.st_mode or 0)]

    def look(self, name: str) -> Listed:
        def look(sftp: paramiko.SFTPClient) -> Listed:
            try:
                return _listed(name, sftp.lstat(f"{self._folder}/{name}"))
            except FileNotFoundError:
                raise ChangedWhileReadError from None

        return self._session.run(look)

    def copy(self, file: Listed, incoming: IncomingFile) -> None:
        self._session.run(lambda sftp: _copy(sftp, f"{self._folder}/{file.name}", file.size, incoming))

    def read(self, name: str, most: int) -> bytes:
        def read(sftp: paramiko.SFTPClient) -> bytes:
            try:
                with sftp.open(f"{self._folder}/{name}", "rb") as source:
                    return source.read(most)
            except FileNotFoundError:
                raise ChangedWhileReadError from None

        return self._session.run(read)


def _listed(name: str, found: paramiko.SFTPAttributes) -> Listed:
    return Listed(name, found.st_size or 0, float(found.st_mtime or 0))


def _copy(sftp: paramiko.SFTPClient, path: str, size: int, incoming: IncomingFile) -> None:
    incoming.restart()
    try:
        with sftp.open(path, "rb") as source:
            source.prefetch(size, max_concurrent_requests=64)
            while chunk := source.read(CHUNK):
                incoming.write(chunk)
    except FileNotFoundError:
        raise ChangedWhileReadError from None


class _Session:
    """A connection that is made when needed and made again after a break."""

    def __init__(self, pull: Pull) -> None:
        self._pull = pull
        self._client: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None
        self._source = f"SFTP server of connection '{pull.endpoint.conn_id}'"

    def run(self, work: Callable[[paramiko.SFTPClient], T]) -> T:
        return with_retries(
            lambda: self._once(work), feed=self._pull.feed, source=self._source, limits=self._pull.limits
        )

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = self._sftp = None

    def _once(self, work: Callable[[paramiko.SFTPClient], T]) -> T:
        try:
            if self._sftp is None:
                self._sftp = self._connect()
            return work(self._sftp)
        except paramiko.BadHostKeyException as error:
            raise self._refused("its host key is not the one the connection names") from error
        except (paramiko.AuthenticationException, paramiko.PasswordRequiredException) as error:
            raise self._refused("the login was not accepted") from error
        except FileNotFoundError as error:
            raise self._refused("no such folder or file") from error
        except PermissionError as error:
            raise self._refused("no permission for the folder or a file in it") from error
        except TimeoutError as error:
            self.close()
            raise TryAgain("it did not answer in time") from error
        except (paramiko.SSHException, EOFError, OSError) as error:
            self.close()
            raise TryAgain(f"the connection failed or broke off ({type(error).__name__})") from error

    def _connect(self) -> paramiko.SFTPClient:
        endpoint, limits = self._pull.endpoint, self._pull.limits
        port = endpoint.port or 22
        client = paramiko.SSHClient()
        known_as = endpoint.host if port == 22 else f"[{endpoint.host}]:{port}"
        key = self._host_key()
        client.get_host_keys().add(known_as, key.get_name(), key)
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        self._client = client
        client.connect(
            endpoint.host,
            port=port,
            username=endpoint.login or None,
            password=endpoint.password or None,
            pkey=self._own_key(),
            key_filename=endpoint.extra.get("key_file"),
            allow_agent=False,
            look_for_keys=False,
            timeout=limits.connect_timeout,
            banner_timeout=limits.read_timeout,
            auth_timeout=limits.read_timeout,
            channel_timeout=limits.read_timeout,
        )
        sftp = client.open_sftp()
        channel = sftp.get_channel()
        if channel is not None:
            channel.settimeout(limits.read_timeout)
        return sftp

    def _host_key(self) -> paramiko.PKey:
        """`host_key` of the connection's extra: base64, with or without its type before it (as Airflow's hook has
        it)."""
        words = str(self._pull.endpoint.extra.get("host_key") or "").split()
        if not words:
            raise self._refused("the connection names no host_key, and an unknown server is not trusted")
        encoded = words[1] if len(words) > 1 and words[0].startswith(("ssh-", "ecdsa-")) else words[0]
        try:
            blob = base64.b64decode(encoded, validate=True)
            return paramiko.PKey.from_type_string(paramiko.Message(blob).get_text(), blob)
        except (binascii.Error, ValueError, paramiko.SSHException, UnknownKeyType) as error:
            raise self._refused("the connection's host_key cannot be read") from error

    def _own_key(self) -> paramiko.PKey | None:
        """`private_key` of the connection's extra, as text; its pass phrase is `private_key_passphrase`."""
        text = self._pull.endpoint.extra.get("private_key")
        if not text:
            return None
        phrase = self._pull.endpoint.extra.get("private_key_passphrase")
        for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
            try:
                return kind.from_private_key(io.StringIO(str(text)), password=phrase)
            except (paramiko.SSHException, ValueError):
                continue
        raise self._refused("the connection's private_key cannot be read")

    def _refused(self, reason: str) -> SourceRefusedError:
        return SourceRefusedError(self._pull.feed, self._source, reason, connection=self._pull.endpoint.conn_id)
