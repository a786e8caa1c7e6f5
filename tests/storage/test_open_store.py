"""Which URLs open which store, and what is said of the others."""

from __future__ import annotations

import subprocess
import sys

import pytest

from storage.errors import InvalidSetting
from storage.folder import FolderStore
from storage.store import open_store


@pytest.mark.parametrize("url", ["file:./archive", "file:archive", "file:/srv/archive", "file:///srv/a b/%41"])
def test_a_file_url_opens_a_folder_and_touches_nothing(url: str) -> None:
    store = open_store(url)
    assert isinstance(store, FolderStore)
    assert store.url == url


def test_a_folder_store_is_opened_without_boto3() -> None:
    program = "import sys; from storage.store import open_store; open_store('file:./x'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "storage.folder" in loaded
    assert "boto3" not in loaded and "botocore" not in loaded


@pytest.mark.parametrize(
    "url",
    [
        "",
        "warraq-data",
        "/var/warraq",
        "ftp://host/x",
        "file:",
        "file://host/folder",
        "file:~/warraq",
        "s3:bucket",
        "s3://",
        "s3://Bucket_1/x",
        "s3://bucket/a//b",
    ],
)
def test_a_url_of_no_store_says_what_is_expected(url: str) -> None:
    with pytest.raises(InvalidSetting, match=r"expected|write out"):
        open_store(url)


@pytest.mark.parametrize("url", ["s3://AKIAKEY:geheim@bucket/x", "https://user:geheim@host/"])
def test_credentials_in_a_url_are_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InvalidSetting) as refusal:
        open_store(url)
    assert "geheim" not in str(refusal.value)


@pytest.mark.parametrize("endpoint", ["", "127.0.0.1:9000", "http://", "http://me:geheim@host", "http://h:x"])
def test_an_endpoint_that_is_none_says_what_is_expected(endpoint: str) -> None:
    with pytest.raises(InvalidSetting, match=r"WARRAQ_S3_ENDPOINT: expected http://host:port") as refusal:
        open_store("s3://bucket/x", s3_endpoint=endpoint)
    assert "geheim" not in str(refusal.value)
