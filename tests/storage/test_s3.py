"""The S3 store beyond the contract: what the server is trusted with, and every way it can say no."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import ClientError

from storage.errors import ObjectDiffers, StoreDenied, StoreError, StoreUnreachable
from storage.s3 import S3Store
from storage.store import open_store
from tests.storage.servers import SeaweedFS, free_ports


@pytest.fixture(autouse=True)
def environment(seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in seaweedfs.environment().items():
        monkeypatch.setenv(name, value)


def code(refusal: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    answer = refusal.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def is_one_clear_line(error: StoreError, server: SeaweedFS) -> bool:
    secrets = (server.secret_key, server.access_key, server.reader_secret_key, server.reader_access_key)
    return "\n" not in str(error) and "; " in str(error) and not any(word in str(error) for word in secrets)


# What the contract suite rests on.


def test_the_server_refuses_a_wrong_checksum(seaweedfs: SeaweedFS) -> None:
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    client = seaweedfs.client()
    with pytest.raises(ClientError) as refusal:
        client.put_object(Bucket=seaweedfs.bucket, Key="rests/sum", Body=b"these", ChecksumSHA256=wrong)
    assert code(refusal) == ("BadDigest", 400)
    upload = client.create_multipart_upload(Bucket=seaweedfs.bucket, Key="rests/sum", ChecksumAlgorithm="SHA256")
    part = {"Bucket": seaweedfs.bucket, "Key": "rests/sum", "UploadId": upload["UploadId"], "PartNumber": 1}
    with pytest.raises(ClientError) as refusal:
        client.upload_part(**part, Body=b"these", ChecksumSHA256=wrong)
    assert code(refusal) == ("BadDigest", 400)
    client.abort_multipart_upload(**{name: part[name] for name in ("Bucket", "Key", "UploadId")})
    assert "Contents" not in client.list_objects_v2(Bucket=seaweedfs.bucket, Prefix="rests/sum")


def test_the_server_honours_if_none_match(seaweedfs: SeaweedFS) -> None:
    client = seaweedfs.client()
    client.put_object(Bucket=seaweedfs.bucket, Key="rests/once", Body=b"first", IfNoneMatch="*")
    with pytest.raises(ClientError) as refusal:
        client.put_object(Bucket=seaweedfs.bucket, Key="rests/once", Body=b"second", IfNoneMatch="*")
    assert code(refusal) == ("PreconditionFailed", 412)
    assert client.get_object(Bucket=seaweedfs.bucket, Key="rests/once")["Body"].read() == b"first"


# How the store keeps to itself.


def test_an_s3_url_opens_a_store_that_passes_its_check(seaweedfs: SeaweedFS) -> None:
    store = open_store(f"s3://{seaweedfs.bucket}/opened/", s3_endpoint=seaweedfs.endpoint)
    store.check()
    assert store.url == f"s3://{seaweedfs.bucket}/opened"
    left = seaweedfs.client().list_objects_v2(Bucket=seaweedfs.bucket, Prefix="opened")
    assert left.get("Contents", []) == []


def test_stores_under_different_prefixes_do_not_see_each_other(seaweedfs: SeaweedFS) -> None:
    one, other, whole = (
        S3Store(seaweedfs.bucket, prefix, endpoint=seaweedfs.endpoint)
        for prefix in ("apart/one", "apart/one-more", "apart")
    )
    one.put("raw/a", b"1")
    other.put("raw/a", b"2")
    assert (one.get("raw/a"), other.get("raw/a")) == (b"1", b"2")
    assert list(one.list("")) == ["raw/a"]
    assert list(whole.list("")) == ["one-more/raw/a", "one/raw/a"]


def test_an_object_put_by_others_without_a_checksum_is_compared_by_its_bytes(seaweedfs: SeaweedFS) -> None:
    store = S3Store(seaweedfs.bucket, "others", endpoint=seaweedfs.endpoint)
    client = seaweedfs.client()
    client.put_object(Bucket=seaweedfs.bucket, Key="others/raw/a", Body=b"theirs")
    client.put_object(Bucket=seaweedfs.bucket, Key="others/raw/folder/", Body=b"")
    assert not store.put("raw/a", b"theirs").created
    with pytest.raises(ObjectDiffers):
        store.put("raw/a", b"ours")
    assert list(store.list("")) == ["raw/a"]


def test_of_4_writers_of_large_objects_one_wins(seaweedfs: SeaweedFS) -> None:
    store = S3Store(seaweedfs.bucket, "large", endpoint=seaweedfs.endpoint)
    contents = [bytes([number]) * (11 << 20) for number in range(4)]
    together = Barrier(4)

    def write(content: bytes) -> bytes | None:
        together.wait()
        try:
            assert store.put("raw/big", content).created
        except ObjectDiffers:
            return None
        return content

    with ThreadPoolExecutor(4) as writers:
        winners = [content for content in writers.map(write, contents) if content is not None]
    assert len(winners) == 1
    assert store.get("raw/big") == winners[0]


def test_an_upload_in_parts_to_a_taken_key_leaves_nothing_unfinished(seaweedfs: SeaweedFS) -> None:
    store = S3Store(seaweedfs.bucket, "parts", endpoint=seaweedfs.endpoint, single_put=1 << 20, part=5 << 20)
    client = seaweedfs.client()
    assert store.put("raw/first", bytes(11 << 20)).created
    assert client.head_object(Bucket=seaweedfs.bucket, Key="parts/raw/first")["ETag"].endswith('-3"')
    # `put` looks before it uploads; another writer may come in between.
    assert not store._put_in_parts("parts/raw/first", io.BytesIO(b"x" * (6 << 20)))
    assert store.get("raw/first") == bytes(11 << 20)
    unfinished = client.list_multipart_uploads(Bucket=seaweedfs.bucket, Prefix="parts/")
    assert unfinished.get("Uploads", []) == []


def test_a_list_of_more_than_1000_keys_goes_on(seaweedfs: SeaweedFS) -> None:
    client = seaweedfs.client()

    def write(number: int) -> None:
        client.put_object(Bucket=seaweedfs.bucket, Key=f"many/raw/{number:04}", Body=b"")

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(write, range(1100)))
    store = S3Store(seaweedfs.bucket, "many", endpoint=seaweedfs.endpoint)
    assert list(store.list("raw/")) == [f"raw/{number:04}" for number in range(1100)]


# Every way to be refused: one clear line, nothing written.


def refused(store: S3Store, kind: type[StoreError], words: str, server: SeaweedFS) -> None:
    uses: list[Callable[[], Any]] = [store.check, lambda: store.put("raw/a", b"x"), lambda: store.get("raw/a")]
    for use in [*uses, lambda: list(store.list(""))]:
        with pytest.raises(kind, match=words) as refusal:
            use()
        assert type(refusal.value) is kind
        assert is_one_clear_line(refusal.value, server)


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_wrong_credentials_are_denied(seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "wrong")
    store = S3Store(seaweedfs.bucket, "denied", endpoint=seaweedfs.endpoint)
    refused(store, StoreDenied, rf"'{seaweedfs.bucket}' at {seaweedfs.endpoint} refuses us.*{name}", seaweedfs)
    with pytest.raises(StoreDenied):
        store.exists("raw/a")


def test_no_credentials_are_denied(seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    store = S3Store(seaweedfs.bucket, "denied", endpoint=seaweedfs.endpoint)
    refused(store, StoreDenied, "no usable credentials.*set AWS_ACCESS_KEY_ID", seaweedfs)


def test_a_profile_that_is_not_there_is_denied(seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(StoreDenied, match="no usable credentials"):
        S3Store(seaweedfs.bucket, endpoint=seaweedfs.endpoint)


def test_a_reader_may_read_and_not_write(seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch) -> None:
    S3Store(seaweedfs.bucket, "reader", endpoint=seaweedfs.endpoint).put("raw/a", b"x")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", seaweedfs.reader_access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", seaweedfs.reader_secret_key)
    store = S3Store(seaweedfs.bucket, "reader", endpoint=seaweedfs.endpoint)
    assert store.get("raw/a") == b"x"
    for use in (store.check, lambda: store.put("raw/b", b"x")):
        with pytest.raises(StoreDenied, match="AccessDenied"):
            use()
    assert list(store.list("")) == ["raw/a"]


def test_a_bucket_that_is_not_there_is_named(seaweedfs: SeaweedFS) -> None:
    store = S3Store("no-such-bucket", endpoint=seaweedfs.endpoint)
    refused(store, StoreError, "there is no bucket 'no-such-bucket' at", seaweedfs)


def test_an_endpoint_where_nobody_listens_is_unreachable(seaweedfs: SeaweedFS) -> None:
    endpoint = f"http://127.0.0.1:{free_ports(1)[0]}"
    store = S3Store(seaweedfs.bucket, endpoint=endpoint, attempts=1)
    refused(store, StoreUnreachable, f"no answer from .*{endpoint}.*check WARRAQ_S3_ENDPOINT", seaweedfs)


def test_https_to_a_server_that_speaks_http_is_unreachable(seaweedfs: SeaweedFS) -> None:
    endpoint = seaweedfs.endpoint.replace("http:", "https:")
    store = S3Store(seaweedfs.bucket, endpoint=endpoint, attempts=1)
    refused(store, StoreUnreachable, "no trusted TLS connection", seaweedfs)
