"""What no good S3 server does, and what the store then says: answers written by hand, over a real socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from storage.errors import StoreDenied, StoreError, StoreUnreachable
from storage.s3 import S3Store


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def answering(answer: Callable[[str, str], Answer]) -> Iterator[str]:
    """The endpoint of a server whose answers are a function of method and path."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # boto3 asks "Expect: 100-continue", and waits a second in vain without

        def reply(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, body = answer(self.command, self.path)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body)), "Connection": "close"} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = reply

        def log_message(self, *_: object) -> None:
            """The test's own assertions say enough."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fault(status: int, code: str) -> Answer:
    return status, {}, f"<Error><Code>{code}</Code><Message>Two\nlines</Message></Error>".encode()


def test_a_server_that_ignores_if_none_match_fails_the_check() -> None:
    with answering(lambda _method, _path: (200, {}, b"")) as endpoint:
        store = S3Store("bucket", endpoint=endpoint, attempts=1)
        with pytest.raises(StoreError, match="ignores If-None-Match"):
            store.check()


def test_a_write_that_met_another_in_flight_is_repeated() -> None:
    puts: list[str] = []

    def answer(method: str, path: str) -> Answer:
        if method == "PUT":
            puts.append(path)
            return (200, {}, b"") if len(puts) == 3 else fault(409, "ConditionalRequestConflict")
        return 200, {}, b"x"

    with answering(answer) as endpoint:
        stored = S3Store("bucket", endpoint=endpoint, attempts=1).put("raw/a", b"x")
    assert stored.created
    assert puts == ["/bucket/raw/a"] * 3


def test_an_answer_that_breaks_off_is_no_object(tmp_path: Path) -> None:
    with answering(lambda _method, _path: (200, {"Content-Length": "100"}, b"only this")) as endpoint:
        store = S3Store("bucket", endpoint=endpoint, attempts=1)
        with pytest.raises(StoreUnreachable, match="no answer"):
            store.get("raw/a")
        with pytest.raises(StoreUnreachable):
            store.fetch("raw/a", tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_an_object_that_comes_back_changed_is_a_fault_of_the_server() -> None:
    with answering(lambda method, _path: (200, {}, b"y" if method == "GET" else b"")) as endpoint:
        store = S3Store("bucket", endpoint=endpoint, attempts=1)
        with pytest.raises(StoreError, match="came back with other bytes"):
            store.put("raw/a", b"x")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (503, "SlowDown", StoreUnreachable),
        (500, "InternalError", StoreUnreachable),
        (409, "ConditionalRequestConflict", StoreUnreachable),
        (501, "NotImplemented", StoreError),
        (400, "InvalidArgument", StoreError),
        (403, "RequestTimeTooSkewed", StoreDenied),
    ],
)
def test_an_error_answer_is_named(status: int, code: str, kind: type[StoreError]) -> None:
    with answering(lambda _method, _path: fault(status, code)) as endpoint:
        store = S3Store("bucket", endpoint=endpoint, attempts=1)
        with pytest.raises(StoreError, match=code) as refusal:
            store.put("raw/a", b"x")
    assert type(refusal.value) is kind
    assert "\n" not in str(refusal.value)


def test_a_probe_that_may_not_be_deleted_is_logged_and_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    puts: list[str] = []

    def answer(method: str, path: str) -> Answer:
        if method == "DELETE":
            return fault(403, "AccessDenied")
        if method == "PUT":
            puts.append(path)
            return (200, {}, b"") if len(puts) == 1 else fault(412, "PreconditionFailed")
        return 200, {}, b""

    with answering(answer) as endpoint:
        S3Store("bucket", "archive", endpoint=endpoint, attempts=1).check()
    assert len(set(puts)) == 1 and puts[0].startswith("/bucket/archive/.warraq-check/")
    assert [record.getMessage().split(" in ")[0] for record in caplog.records if record.name == "storage.s3"] == [
        f"probe {puts[0].removeprefix('/bucket/')} stays"
    ]


def test_a_lost_answer_to_the_last_step_of_an_upload_in_parts_is_made_up_for_by_reading(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun = b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"

    def answer(method: str, path: str) -> Answer:
        if method == "HEAD":
            return 404, {}, b""
        if method == "POST" and path.endswith("?uploads"):
            return 200, {}, begun
        if method in ("POST", "DELETE"):
            return fault(404, "NoSuchUpload")
        return 200, {"ETag": '"1"'}, b"content" if method == "GET" else b""

    with answering(answer) as endpoint:
        store = S3Store("bucket", endpoint=endpoint, attempts=1, single_put=1, part=4)
        assert not store.put("raw/a", b"content").created
    assert not [record for record in caplog.records if record.name == "storage.s3"]
