"""The SFTP accounts of the council's casework system, the care system and the health provider.

One server, three users, each shut in its own folder and unable to change anything. Password and public key both log
in. All times are those of the sandbox's night, so a listing is the same whenever it is taken.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import asyncssh

from sandbox.servers.folder import SFTP_USERS, SandboxFolder
from sandbox.servers.trouble import Trouble

_CHANGES = (
    "open56",
    "write",
    "setstat",
    "lsetstat",
    "fsetstat",
    "remove",
    "mkdir",
    "rmdir",
    "rename",
    "posix_rename",
    "symlink",
    "link",
)


class _ReadOnlyFolder(asyncssh.SFTPServer):
    """What one logged-in user sees."""

    def __init__(self, channel: Any, folder: SandboxFolder, trouble: Trouble) -> None:
        self._user = str(channel.get_extra_info("username"))
        self._home = os.fsencode(folder.sftp(self._user).resolve())
        self._night = int(folder.night.timestamp())
        self._trouble = trouble
        super().__init__(channel, chroot=self._home)

    def map_path(self, path: bytes) -> bytes:
        real = bytes(os.path.realpath(super().map_path(path)))
        if real != self._home and not real.startswith(self._home + b"/"):
            raise asyncssh.SFTPNoSuchFile("No such file")
        return real

    async def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
        if pflags & ~asyncssh.FXF_READ:
            raise asyncssh.SFTPPermissionDenied("Read only")
        await self._trouble.delay("sftp", self._told(path))
        return super().open(path, pflags, attrs)

    async def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        half = os.fstat(file_obj.fileno()).st_size // 2
        if offset + size > half and self._trouble.breaks_off("sftp", self._told(os.fsencode(file_obj.name))):
            self.connection.abort()
        data: bytes = super().read(file_obj, offset, size)
        return data

    def stat(self, path: bytes) -> Any:
        return self._as_of_night(super().stat(path))

    def lstat(self, path: bytes) -> Any:
        return self._as_of_night(super().lstat(path))

    def fstat(self, file_obj: Any) -> Any:
        return self._as_of_night(super().fstat(file_obj))

    async def scandir(self, path: bytes) -> AsyncIterator[Any]:
        with os.scandir(self.map_path(path)) as entries:
            names = sorted(entry.name for entry in entries)
        for name in (b".", b"..", *names):
            inside = path if name in (b".", b"..") else path.rstrip(b"/") + b"/" + name
            yield asyncssh.SFTPName(name, attrs=self.lstat(inside))

    def _as_of_night(self, found: Any) -> Any:
        attrs = asyncssh.SFTPAttrs.from_local(found)
        attrs.atime = attrs.mtime = self._night
        attrs.uid = attrs.gid = 0
        attrs.permissions = (attrs.permissions & ~0o7777) | (0o555 if _is_folder(attrs.permissions) else 0o444)
        return attrs

    def _told(self, path: bytes) -> str:
        """The path as trouble rules name it: `/<user>/<path in its folder>`."""
        inside = os.fsdecode(path).removeprefix(os.fsdecode(self._home)).lstrip("/")
        return f"/{self._user}/{inside}"


def _is_folder(permissions: int) -> bool:
    return permissions & 0o170000 == 0o040000


def _refuse(_self: Any, *_arguments: Any) -> Any:
    raise asyncssh.SFTPPermissionDenied("Read only")


for _change in _CHANGES:
    setattr(_ReadOnlyFolder, _change, _refuse)


class _Login(asyncssh.SSHServer):
    def __init__(self, passwords: Mapping[str, str], keys: Mapping[str, asyncssh.SSHKey], trouble: Trouble) -> None:
        self._passwords, self._keys, self._trouble = passwords, keys, trouble

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        if self._trouble.refuses_login("sftp", f"/{username}"):
            return False
        known = self._passwords.get(username)
        return known is not None and secrets.compare_digest(known.encode(), password.encode())

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        known = self._keys.get(username)
        return known is not None and known.public_data == key.public_data


class SftpServer:
    """The server: once started, its port and its public host key (`<type> <base64>`)."""

    def __init__(self, folder: SandboxFolder, passwords: Mapping[str, str], trouble: Trouble) -> None:
        self.port = 0
        self.host_key = ""
        self._folder, self._passwords, self._trouble = folder, passwords, trouble
        self._acceptor: asyncssh.SSHAcceptor | None = None

    async def start(self) -> None:
        """Listen on a free port of 127.0.0.1. Keys missing from `OUT/ssh` are made: `host_ed25519` and one
        `<user>_ed25519` a user, whose private half a client may log in with."""
        host_key = _key(self._folder.keys / "host_ed25519")
        keys = {user: _key(self._folder.keys / f"{user}_ed25519") for user in SFTP_USERS}
        self._acceptor = await asyncssh.create_server(
            lambda: _Login(self._passwords, keys, self._trouble),
            "127.0.0.1",
            0,
            server_host_keys=[host_key],
            sftp_factory=lambda channel: _ReadOnlyFolder(channel, self._folder, self._trouble),
            sftp_version=3,
            allow_scp=False,
            agent_forwarding=False,
            x11_forwarding=False,
            gss_host=None,
        )
        self.port = self._acceptor.get_port()
        public = host_key.export_public_key("openssh").decode().split()
        self.host_key = f"{public[0]} {public[1]}"

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._acceptor is not None:
            self._acceptor.close()
        await asyncio.sleep(0)


def _key(path: Path) -> asyncssh.SSHKey:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = asyncssh.generate_private_key("ssh-ed25519")
        new = path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_bytes(key.export_private_key("openssh"))
        new.replace(path)
        path.with_suffix(".pub").write_bytes(key.export_public_key("openssh"))
    return asyncssh.read_private_key(path)
