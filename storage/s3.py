"""Objects in an S3 bucket; the only door to boto3.

Create-once rests on conditional writes (`If-None-Match: *`), which the server must honour: `check` proves
it. Every upload carries SHA-256 sums that the server verifies, and is read back before `put` returns; an
object that is there already is read as well, because the caller may delete its own copy after a quiet `put`.
Up to 5 GB an object is one PutObject, of which one wins. Above, it goes up in parts, and then two writers at
the same moment may both win where the server looks at If-None-Match before it completes an upload and not
while it does: so SeaweedFS 4.48, in 8 of 12 races of four writers. AWS documents that one wins.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""

from __future__ import annotations

import base64
import hashlib
import io
import logging
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypedDict

import boto3.session
from botocore import exceptions as boto
from botocore.config import Config

from storage.errors import InvalidSetting, ObjectDamaged, ObjectDiffers, ObjectMissing, StoreError
from storage.s3_faults import DENIED, MISSING, TAKEN, Body, Place, code_of, in_our_words
from storage.store import (
    Stored,
    checked_key,
    checked_prefix,
    copy_into,
    derived_key,
    forward_stream,
    opened,
    sha256_of,
)

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

logger = logging.getLogger(__name__)


class _Condition(TypedDict, total=False):
    IfNoneMatch: str


SINGLE_PUT = 5 << 30  # bytes; the most that one PutObject takes
PART = 64 << 20  # bytes held in memory at a time; S3 takes 10,000 parts, so 640 GB an object
_ONCE: _Condition = {"IfNoneMatch": "*"}
_CONFLICT_ATTEMPTS = 5  # S3 asks to repeat a write that met another one in flight (409)


class S3Store:
    """A store below `prefix` in a bucket. Thread-safe. Credentials come from boto3's own variables and files.

    `endpoint` None: AWS, or AWS_ENDPOINT_URL_S3. `attempts` counts every try of a request, the first too."""

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        endpoint: str | None = None,
        attempts: int = 3,
        page_size: int = 1000,
        single_put: int = SINGLE_PUT,
        part: int = PART,
    ) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket):
            raise InvalidSetting(
                "WARRAQ_STORE", f"expected a bucket name of 3 to 63 a-z, 0-9, dot and dash, not {bucket!r}"
            )
        self._bucket = bucket
        self._prefix = f"{checked_key(prefix)}/" if prefix else ""
        self.url = f"s3://{bucket}/{self._prefix}".rstrip("/")
        self._place = Place(self.url, f"bucket {bucket!r} at {endpoint or 'AWS'}")
        self._page_size, self._single_put, self._part = page_size, single_put, part
        config = Config(
            retries={"mode": "standard", "total_max_attempts": attempts},
            connect_timeout=5,
            read_timeout=60,
            max_pool_connections=32,
        )
        with in_our_words(self._place):
            # A session of our own: boto3's default one must not be shared between threads.
            session = boto3.session.Session()
            self._s3 = session.client("s3", endpoint_url=endpoint, config=config)
        self._place = Place(self.url, f"bucket {bucket!r} at {self._s3.meta.endpoint_url}")

    def check(self) -> None:
        """As promised by Store: lists, creates an empty probe of a random name below `.warraq-check/`, sees
        that it cannot be created again, and deletes it.

        Where our credentials may not delete, the probe stays and the log names it."""
        probe = f"{self._prefix}.warraq-check/{secrets.token_hex(12)}"
        with in_our_words(self._place):
            self._s3.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)
            self._put_whole(probe, io.BytesIO(), hashlib.sha256().digest())
            honoured = not self._put_whole(probe, io.BytesIO(), hashlib.sha256().digest())
            self._delete(probe)
        if not honoured:
            raise StoreError(
                f"{self._place.words}: the server ignores If-None-Match, so nothing protects objects from being "
                "overwritten; use a server that honours conditional writes"
            )

    def put(self, key: str, content: bytes | Path) -> Stored:
        name = self._name(key)
        with opened(content) as source:
            sha256, size = sha256_of(source)
            source.seek(0)
            with in_our_words(self._place, key):
                if size <= self._single_put:
                    created = self._put_whole(name, source, bytes.fromhex(sha256))
                else:
                    created = not self.exists(key) and self._put_in_parts(name, source)
        self._read_back(key, sha256, size, created)
        return Stored(key, size, sha256, created)

    def replace_derived(self, key: str, content: bytes) -> Stored:
        return self.restore(derived_key(key), content)

    def restore(self, key: str, content: bytes | Path) -> Stored:
        name = self._name(key)
        with opened(content) as source:
            sha256, size = sha256_of(source)
            source.seek(0)
            with in_our_words(self._place, key):
                if size <= self._single_put:
                    self._put_whole(name, source, bytes.fromhex(sha256), once=False)
                else:
                    self._put_in_parts(name, source, once=False)
        self._read_back(key, sha256, size, created=True)
        return Stored(key, size, sha256, created=True)

    def get(self, key: str) -> bytes:
        with self.open(key) as stream:
            return stream.read()

    def open(self, key: str, offset: int = 0, length: int | None = None) -> BinaryIO:
        name = self._name(key)
        with in_our_words(self._place, key):
            if length == 0:
                self._s3.head_object(Bucket=self._bucket, Key=name)
                return io.BytesIO()
            try:
                if offset == 0 and length is None:
                    answer = self._s3.get_object(Bucket=self._bucket, Key=name)
                else:
                    last = "" if length is None else offset + length - 1
                    span = f"bytes={offset}-{last}"
                    answer = self._s3.get_object(Bucket=self._bucket, Key=name, Range=span)
            except boto.ClientError as error:
                if code_of(error) in {"InvalidRange", "416"}:
                    return io.BytesIO()
                raise
        return forward_stream(Body(self._place, key, answer["Body"]))

    def fetch(self, key: str, into: Path) -> None:
        with self.open(key) as stream:
            copy_into(stream, into)

    def exists(self, key: str) -> bool:
        name = self._name(key)
        with in_our_words(self._place, key):
            try:
                self._s3.head_object(Bucket=self._bucket, Key=name)
            except boto.ClientError as error:
                if code_of(error) in MISSING:
                    return False
                raise
        return True

    def list(self, prefix: str) -> Iterator[str]:
        """As promised by Store. All keys are held in memory, since SeaweedFS and S3 directory buckets do not
        answer in the order of the keys: some 150 MB for a million."""
        start = self._prefix + checked_prefix(prefix)
        pages = self._s3.get_paginator("list_objects_v2")
        keys: list[str] = []
        with in_our_words(self._place):
            for page in pages.paginate(
                Bucket=self._bucket, Prefix=start, PaginationConfig={"PageSize": self._page_size}
            ):
                keys.extend(found["Key"].removeprefix(self._prefix) for found in page.get("Contents", []))
        # Other tools leave "folder/" objects behind; like our probes, they are no keys.
        yield from sorted(key for key in keys if not key.endswith("/") and "/." not in f"/{key}")

    def _name(self, key: str) -> str:
        return self._prefix + checked_key(key)

    def _put_whole(
        self, name: str, source: BinaryIO, sha256: bytes, attempts: int = _CONFLICT_ATTEMPTS, *, once: bool = True
    ) -> bool:
        """Create an object with one request. False: the name is taken, or was until just now.

        Not `once`: it is written over."""
        source.seek(0)
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=source,
                **(_ONCE if once else {}),
                ChecksumSHA256=base64.b64encode(sha256).decode(),
            )
        except boto.ClientError as error:
            if code_of(error) == "ConditionalRequestConflict" and attempts > 1:
                return self._put_whole(name, source, sha256, attempts - 1, once=once)
            if code_of(error) in TAKEN:
                return False
            raise
        return True

    def _put_in_parts(self, name: str, source: BinaryIO, *, once: bool = True) -> bool:
        """Create an object part by part. False: the name is taken. Nothing unfinished is left behind.

        Not `once`: it is written over."""
        begun = self._s3.create_multipart_upload(Bucket=self._bucket, Key=name, ChecksumAlgorithm="SHA256")
        upload = begun["UploadId"]
        try:
            self._s3.complete_multipart_upload(
                Bucket=self._bucket,
                Key=name,
                UploadId=upload,
                MultipartUpload={"Parts": list(self._upload_parts(name, upload, source))},
                **(_ONCE if once else {}),
            )
        except boto.ClientError as error:
            self._abort(name, upload)
            # NoSuchUpload: an earlier try of the same request got through, and its answer was lost.
            if code_of(error) in TAKEN | {"NoSuchUpload"}:
                return False
            raise
        except BaseException:
            self._abort(name, upload)
            raise
        return True

    def _upload_parts(self, name: str, upload: str, source: BinaryIO) -> Iterator[CompletedPartTypeDef]:
        number = 1
        while chunk := source.read(self._part):
            checksum = base64.b64encode(hashlib.sha256(chunk).digest()).decode()
            sent = self._s3.upload_part(
                Bucket=self._bucket,
                Key=name,
                UploadId=upload,
                PartNumber=number,
                Body=chunk,
                ChecksumSHA256=checksum,
            )
            yield {"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": checksum}
            number += 1

    def _abort(self, name: str, upload: str) -> None:
        try:
            self._s3.abort_multipart_upload(Bucket=self._bucket, Key=name, UploadId=upload)
        except (boto.ClientError, boto.BotoCoreError) as error:
            if isinstance(error, boto.ClientError) and code_of(error) == "NoSuchUpload":
                return
            # The reason of the abort matters more, and is being raised.
            reason = " ".join(str(error).split())
            logger.warning("unfinished upload of %s stays in %s: %s", name, self._place.words, reason)

    def _delete(self, name: str) -> None:
        try:
            self._s3.delete_object(Bucket=self._bucket, Key=name)
        except boto.ClientError as error:
            if code_of(error) not in DENIED:
                raise
            logger.warning("probe %s stays in %s: not allowed to delete it", name, self._place.words)

    def _read_back(self, key: str, sha256: str, size: int, created: bool) -> None:
        try:
            with self.open(key) as stream:
                found = sha256_of(stream)
        except ObjectMissing as error:
            raise ObjectDamaged(
                f"{self._place.words} took {key!r} and yet has no such object; see that the key is no folder of "
                "other keys and that nobody else is writing it, then run again"
                if created
                else f"{self._place.words} refuses to create {key!r} and yet has no such object; see that the key is "
                "no folder of other keys and that nobody else is writing it, then run again"
            ) from error
        if found == (sha256, size):
            return
        if created:
            raise ObjectDamaged(
                f"object {key!r} in {self._place.words} came back with other bytes than were sent; check that "
                "server's disk, then run again"
            )
        raise ObjectDiffers(key, self.url)
