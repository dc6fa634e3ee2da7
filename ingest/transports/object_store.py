"""Object stores: S3 and what speaks as it does, and any other place fsspec knows an address for.

The connection is one of Airflow's type `aws` (login and password are the access key and its secret; extra
`endpoint_url`, `region_name`), or of any type whose extra has a `url` (`abfs://…`, `gs://…`, `file:///…`) and the
`storage_options` fsspec is to be given with it. `bucket` and `prefix` are in the connection's extra or the contract.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import fsspec

from area.errors import SettingsError, SourceRefusedError
from ingest.landing.files import IncomingFile
from ingest.transports import Arrival, Pull
from ingest.transports.drop_files import ChangedWhileReadError, Listed, fetch_files
from ingest.transports.endpoint import Endpoint
from ingest.transports.http_answers import check_digests
from ingest.transports.retry import Limits, TryAgain, with_retries

CHUNK = 1 << 20
T = TypeVar("T")
# What stores call the time of the last change and the tag of the content.
_TIMES = ("LastModified", "last_modified", "updated", "mtime")
_TAGS = ("ETag", "etag", "md5Hash")


def fetch(pull: Pull) -> Iterator[Arrival]:
    """The finished files below the prefix, by the rules of all drops; folders below it are not looked into.

    Raises SourceRefusedError (no such bucket, login, no permission; not tried again) or SourceUnavailableError (no
    answer, broken off, or never with the checksum that the store states). Nothing below the prefix is no error: stores
    have no empty folders.
    """
    yield from fetch_files(pull, _Store(pull))


class _Store:
    """The drop: what lies directly below one prefix."""

    def __init__(self, pull: Pull) -> None:
        self._pull = pull
        self._source = f"object store of connection '{pull.endpoint.conn_id}'"
        self._files, root = _opened(pull)
        prefix = str(pull.option("prefix") or pull.endpoint.extra.get("prefix") or "").strip("/")
        self._folder = "/".join(part for part in (root.rstrip("/"), prefix) if part)
        self.place = f"store {pull.endpoint.conn_id}/{prefix}".rstrip("/")

    def listing(self) -> list[Listed]:
        def listed() -> list[Listed]:
            try:
                entries = self._files.ls(self._folder, detail=True)
            except FileNotFoundError as error:
                if _code(error) == "NoSuchBucket":
                    raise self._refused("there is no such bucket") from None
                return []
            return [_listed(each) for each in entries if each.get("type") == "file" and not each.get("islink")]

        return self._run(listed)

    def look(self, name: str) -> Listed:
        return self._run(lambda: _listed(self._files.info(f"{self._folder}/{name}")))

    def copy(self, file: Listed, incoming: IncomingFile) -> None:
        path = f"{self._folder}/{file.name}"

        def copied() -> None:
            incoming.restart()
            with self._files.open(path, "rb", block_size=CHUNK, cache_type="none") as source:
                while chunk := source.read(CHUNK):
                    incoming.write(chunk)
            check_digests(_stated(self._files, path), incoming.digest)

        self._run(copied)

    def read(self, name: str, most: int) -> bytes:
        return self._run(lambda: bytes(self._files.cat_file(f"{self._folder}/{name}", start=0, end=most)))

    def _run(self, work: Callable[[], T]) -> T:
        return with_retries(
            lambda: self._once(work), feed=self._pull.feed, source=self._source, limits=self._pull.limits
        )

    def _once(self, work: Callable[[], T]) -> T:
        # The errors of the stores hold addresses and answers in full: none is passed on.
        try:
            self._files.invalidate_cache()
            return work()
        except (FileNotFoundError, _expired()):
            raise ChangedWhileReadError from None
        except PermissionError:
            raise self._refused("the login was not accepted, or may not read there") from None
        except TimeoutError:
            raise TryAgain("it did not answer in time") from None
        except OSError as error:
            raise TryAgain(f"it failed or broke off ({_code(error) or type(error).__name__})") from None
        except _errors() as error:
            name = type(error).__name__
            if "Credentials" in name:
                raise self._refused("the connection has no login") from None
            timed_out = "Timeout" in name
            raise TryAgain("it did not answer in time" if timed_out else f"it failed or broke off ({name})") from None

    def _refused(self, reason: str) -> SourceRefusedError:
        return SourceRefusedError(self._pull.feed, self._source, reason, connection=self._pull.endpoint.conn_id)


def _opened(pull: Pull) -> tuple[Any, str]:
    """The file system and the path in it that the connection leads to."""
    endpoint = pull.endpoint
    url = endpoint.extra.get("url")
    if url:
        options = endpoint.extra.get("storage_options") or {}
        try:
            files, root = fsspec.core.url_to_fs(str(url), **{**options, "skip_instance_cache": True})
        except (ImportError, ValueError):
            raise _wrong(endpoint, "extra 'url' of a kind that is installed here (see fsspec)", "another") from None
        return files, str(root)
    bucket = pull.option("bucket") or endpoint.extra.get("bucket")
    if not bucket:
        raise _wrong(endpoint, "a 'bucket' in its extra or in the feed's contract (or a 'url')", "none")
    return _s3(endpoint, pull.limits), str(bucket)


def _s3(endpoint: Endpoint, limits: Limits) -> Any:
    extra = endpoint.extra
    files = fsspec.filesystem(
        "s3",
        key=endpoint.login or None,
        secret=endpoint.password or None,
        token=extra.get("aws_session_token"),
        endpoint_url=extra.get("endpoint_url"),
        client_kwargs={"region_name": extra.get("region_name", "eu-west-2")}
        | ({"verify": extra["ca_bundle"]} if extra.get("ca_bundle") else {}),
        config_kwargs={
            "connect_timeout": limits.connect_timeout,
            "read_timeout": limits.read_timeout,
            "retries": {"max_attempts": 0},  # ours are the only ones (ingest/transports/retry.py)
        },
        use_listings_cache=False,
        skip_instance_cache=True,
    )
    files.retries = 1
    return files


def _listed(entry: Mapping[str, Any]) -> Listed:
    tag = next((str(entry[name]).strip('"') for name in _TAGS if entry.get(name)), "")
    changed = next((entry[name] for name in _TIMES if entry.get(name) is not None), 0.0)
    if isinstance(changed, str):
        changed = dt.datetime.fromisoformat(changed)
    if isinstance(changed, dt.datetime):
        changed = changed.timestamp()
    return Listed(str(entry["name"]).rsplit("/", 1)[-1], int(entry.get("size") or 0), float(changed), tag)


def _stated(files: Any, path: str) -> dict[str, str]:
    """The digests that S3 states for an object: its SHA-256 where it was stored with one, else the MD5 that its entity
    tag is, but for objects put together from parts or encrypted with keys of the account."""
    if not hasattr(files, "call_s3"):
        return {}
    bucket, key, _ = files.split_path(path)
    head = files.call_s3("head_object", Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    stored = str(head.get("ChecksumSHA256") or "")
    if stored and "-" not in stored:
        return {"sha256": base64.b64decode(stored).hex()}
    tag = str(head.get("ETag") or "").strip('"').lower()
    by_account = "kms" in str(head.get("ServerSideEncryption") or "") or head.get("SSECustomerAlgorithm")
    return {"md5": tag} if re.fullmatch(r"[0-9a-f]{32}", tag) and not by_account else {}


def _errors() -> tuple[type[Exception], ...]:
    """What the clients of stores raise beside OSError."""
    from aiohttp import ClientError
    from botocore.exceptions import BotoCoreError
    from botocore.exceptions import ClientError as BotoClientError
    from fsspec.exceptions import FSTimeoutError

    return (ClientError, BotoCoreError, BotoClientError, FSTimeoutError)


def _expired() -> type[Exception]:
    """What s3fs raises when an object is replaced while it is read."""
    from s3fs.utils import FileExpired

    expired: type[Exception] = FileExpired
    return expired


def _code(error: Exception) -> str:
    """The store's own code of an error, where it gave one."""
    response = getattr(error.__cause__, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def _wrong(endpoint: Endpoint, expected: str, came: str) -> SettingsError:
    return SettingsError(endpoint.conn_id, expected=expected, came=came, where="the Airflow connection")
