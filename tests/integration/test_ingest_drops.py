"""When a file in a drop is finished and undamaged, by the contract: markers, renames, checksums; and object stores."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from area.errors import DamagedFileError, EmptyFileError, SettingsError, SourceRefusedError
from area.paths import AreaPaths
from ingest.landing.delivery import deliveries
from ingest.pull import PullResult
from ingest.transports.endpoint import Endpoint
from tests.faults.campaign import Source, pull, using
from tests.faults.listings import FEED, content
from tests.support.s3_peer import S3Peer, s3_peer

ONE, TWO = "waiting_list_20250130.csv", "waiting_list_20250131.csv"


def put(folder: Path, name: str, body: bytes | str, *, age: float = 3600) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    os.utime(path, (time.time() - age, time.time() - age))


def pulled(root: Path, endpoint: Endpoint, patch: pytest.MonkeyPatch, **transport: Any) -> PullResult:
    source = Source(FEED, endpoint, {"connection": "c", "pattern": "waiting_list_*"} | transport)
    using(source.contract(), patch)
    return pull(source, root)


def from_folder(tmp_path: Path, patch: pytest.MonkeyPatch, **option: Any) -> list[tuple[str, str]]:
    endpoint = Endpoint("drop", "fs", extra={"path": str(tmp_path / "drop")})
    found = pulled(tmp_path / "data", endpoint, patch, kind="folder", **option).files
    return [(file.file_name, file.outcome) for file in found]


def landed(root: Path) -> list[str]:
    return [path.name for path in (root / "931/landing").rglob("*.csv")]


# --- finished -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("marker", [f"{TWO}.done", f"{TWO}.ok".upper()])
def test_a_file_is_taken_once_its_marker_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marker: str) -> None:
    folder = tmp_path / "drop"
    put(folder, ONE, content(5))
    put(folder, f"{ONE}.done", "")
    put(folder, TWO, content())
    assert from_folder(tmp_path, monkeypatch, finished="marker") == [(ONE, "loaded"), (TWO, "unfinished")]
    put(folder, marker, "")
    assert from_folder(tmp_path, monkeypatch, finished="marker") == [(ONE, "same"), (TWO, "loaded")]
    records = [*deliveries(AreaPaths.of("931", tmp_path / "data").deliveries, FEED)]
    assert "the next run fetches it" in str(next(each for each in records if each.outcome == "unfinished").problem)


def test_a_marker_may_have_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "drop", TWO, content())
    put(tmp_path / "drop", f"{TWO}.done", "")
    option = {"finished": "marker", "marker": "{stem}.ready"}
    assert (TWO, "unfinished") in from_folder(tmp_path, monkeypatch, **option)
    put(tmp_path / "drop", TWO.replace(".csv", ".ready"), "")
    assert (TWO, "loaded") in from_folder(tmp_path, monkeypatch, **option)


def test_a_renamed_file_is_finished_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    put(tmp_path / "drop", TWO, content(), age=0)
    put(tmp_path / "drop", f"{TWO}.part", "half", age=0)
    assert from_folder(tmp_path, monkeypatch, finished="rename") == [(TWO, "loaded")]
    assert waits == []
    put(tmp_path / "drop", TWO, content(7), age=0)
    from_folder(tmp_path, monkeypatch, finished="settle")
    assert len(waits) == 1


# --- undamaged ------------------------------------------------------------------------------------------------------


def test_a_damaged_or_empty_file_does_not_keep_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "drop"
    for name in (ONE, TWO):
        put(folder, name, content(9))
        put(folder, f"{name}.md5", hashlib.md5(content(9), usedforsecurity=False).hexdigest())
    put(folder, ONE, content(8), age=7200)
    with monkeypatch.context() as patch:
        assert from_folder(tmp_path, patch, checksum="md5") == [(ONE, "refused"), (TWO, "loaded")]
    put(folder, TWO.replace("31", "32"), "")  # no day, so of the night: later than the good one
    with pytest.raises(EmptyFileError, match="an empty file"):
        from_folder(tmp_path, monkeypatch)


def test_the_newest_file_damaged_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "drop", TWO, content())
    put(tmp_path / "drop", f"{TWO}.sha256", f"{'0' * 64}  {TWO}\n")
    with pytest.raises(DamagedFileError, match="sha256 its source states for it"):
        from_folder(tmp_path, monkeypatch, checksum="sha256")
    assert landed(tmp_path / "data") == []


def test_a_file_waits_for_its_checksum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "drop", TWO, content())
    assert from_folder(tmp_path, monkeypatch, checksum="sha512") == [(TWO, "unfinished")]
    put(tmp_path / "drop", f"{TWO}.sha512", hashlib.sha512(content()).hexdigest())
    assert from_folder(tmp_path, monkeypatch, checksum="sha512") == [(TWO, "loaded")]


# --- object stores --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Peer]:
    with s3_peer() as running:
        yield running


@pytest.fixture
def bucket(s3: S3Peer, request: pytest.FixtureRequest) -> str:
    name = str(request.node.name).replace("_", "-")[:60].strip("-")
    s3.client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    return name


def from_store(root: Path, s3: S3Peer, bucket: str, patch: pytest.MonkeyPatch, **option: Any) -> PullResult:
    return pulled(root, s3.endpoint(bucket), patch, kind="object_store", **({"prefix": "health/lists"} | option))


def gets(s3: S3Peer) -> list[str]:
    return [asked.path for asked in s3.proxy.asked if asked.method == "GET" and "list-type" not in asked.path]


def test_objects_below_the_prefix_come_once(
    s3: S3Peer, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in (f"health/lists/{ONE}", f"health/lists/{TWO}.part", f"health/lists/old/{TWO}", f"health/{TWO}"):
        s3.client.put_object(Bucket=bucket, Key=key, Body=content(5))
    (file,) = from_store(tmp_path, s3, bucket, monkeypatch).files
    assert (file.file_name, file.outcome, file.source) == (ONE, "loaded", f"store c/health/lists/{ONE}")
    asked = len(gets(s3))
    assert [file.outcome for file in from_store(tmp_path, s3, bucket, monkeypatch).files] == ["same"]
    assert len(gets(s3)) == asked  # its tag says that it is the same
    s3.client.put_object(Bucket=bucket, Key=f"health/lists/{ONE}", Body=content(6))
    assert from_store(tmp_path, s3, bucket, monkeypatch).counts()["rows_loaded"] == 6
    kept = "".join(path.read_text() for path in (tmp_path / "931/deliveries").rglob("*.json"))
    assert s3.endpoint(bucket).password not in kept


def test_an_object_put_together_from_parts_has_no_md5_to_check(
    s3: S3Peer, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = {"Bucket": bucket, "Key": f"health/lists/{TWO}"}
    upload = s3.client.create_multipart_upload(**key)["UploadId"]
    part = s3.client.upload_part(**key, UploadId=upload, PartNumber=1, Body=content())
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.client.complete_multipart_upload(**key, UploadId=upload, MultipartUpload=parts)
    assert "-1" in s3.client.head_object(**key)["ETag"]
    assert from_store(tmp_path, s3, bucket, monkeypatch).counts()["files_loaded"] == 1


def test_an_empty_prefix_brings_nothing_and_no_bucket_is_refused(
    s3: S3Peer, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert from_store(tmp_path, s3, bucket, monkeypatch).files == ()
    with pytest.raises(SourceRefusedError, match="no such bucket"):
        from_store(tmp_path, s3, "nobodys-bucket", monkeypatch)
    with pytest.raises(SettingsError, match="a 'bucket'"):
        from_store(tmp_path, s3, "", monkeypatch)


def test_a_checksum_beside_an_object(s3: S3Peer, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.client.put_object(Bucket=bucket, Key=f"health/lists/{TWO}", Body=content())
    s3.client.put_object(Bucket=bucket, Key=f"health/lists/{TWO}.sha256", Body=b"0" * 64)
    with pytest.raises(DamagedFileError):
        from_store(tmp_path, s3, bucket, monkeypatch, checksum="sha256")
    good = hashlib.sha256(content()).hexdigest().encode()
    s3.client.put_object(Bucket=bucket, Key=f"health/lists/{TWO}.sha256", Body=good)
    assert from_store(tmp_path, s3, bucket, monkeypatch, checksum="sha256").counts()["files_loaded"] == 1


def test_any_address_fsspec_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "drop", TWO, content())
    (tmp_path / "drop" / ONE).symlink_to(tmp_path / "drop" / TWO)
    endpoint = Endpoint("c", "generic", extra={"url": f"file://{tmp_path / 'drop'}"})
    (file,) = pulled(tmp_path / "data", endpoint, monkeypatch, kind="object_store").files
    assert (file.file_name, file.outcome) == (TWO, "loaded")
    endpoint = Endpoint("c", "generic", extra={"url": "pigeon://loft"})
    with pytest.raises(SettingsError, match="installed here"):
        pulled(tmp_path / "data", endpoint, monkeypatch, kind="object_store")
