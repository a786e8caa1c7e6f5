"""A tapped exchange as WARC records: the answer (or a revisit), the request, and what else is known of the two.

The answer's block is the final answer as received. What HTTP puts around it is kept in the metadata record, so
that nothing is lost and every reader finds the payload: 1xx answers before it, bytes after its end, and the
chunks of a revisit. Sources: WARC 1.1; IIPC's proposals WARC-Protocol and WARC-Cipher-Suite."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from crawlers.exchange import Exchange
from crawlers.usage import said_in_answer
from crawlers.wire_faults import TIMEOUT, TOO_LARGE
from storage import warc
from storage.http_message import (
    BROKEN_CHUNKS,
    Bytes,
    HttpHead,
    chunk_lines,
    head_length,
    interim_length,
    parse_head,
    without_chunks,
)
from storage.ledger import Captured
from storage.metadata_fields import ENDED, RECEIVED, STARTED, TOLD_BODY, TOLD_PUBLISHED, VIA

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_PACKED = ("image/", "video/", "audio/", "font/woff", "application/zip", "application/gzip", "application/pdf")
_START_BYTES = 64 << 10  # of a page, as sent: enough for its meta elements
_TRUNCATIONS = {TIMEOUT: "time", TOO_LARGE: "length"}
_VERSION = re.compile(rb"HTTP/(\d\.\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was received, taken apart once."""

    interim: bytes  # 1xx answers, heads only by their nature
    block: memoryview  # the final answer, or as much of it as came; it may be large, and is not copied
    head: int  # bytes of the block
    message: HttpHead
    truncated: str | None  # WARC's word for why the rest is missing; None: it is whole
    payload_digest: str  # of the block's payload, still in its chunks
    decoded_digest: str  # see warc.decoded_digest

    @property
    def payload(self) -> memoryview:
        return self.block[self.head :]


def answer_of(exchange: Exchange) -> Answer:
    received = memoryview(exchange.received)
    start = interim_length(received)
    block = received[start:]
    head = head_length(block)
    message = parse_head(bytes(block[:head]))
    truncated = None if exchange.complete else _truncation(exchange)
    digest = warc.digest(block[head:])
    decoded, flags = warc.digest_without_chunks(block[head:]) if message.chunked else (digest, ())
    if truncated is not None or BROKEN_CHUNKS in flags:
        decoded = ""
    return Answer(bytes(received[:start]), block, head, message, truncated, digest, decoded)


def _truncation(exchange: Exchange) -> str:
    name = (exchange.problem or "").partition(":")[0]
    return _TRUNCATIONS.get(name, "disconnect")


def repeats(answer: Answer, exchange: Exchange, earlier: Captured) -> str | None:
    """The profile of a revisit of an earlier capture; None: the answer has to be kept itself."""
    if answer.truncated is not None or earlier.url != warc.safe_uri(exchange.url):
        return None
    if answer.message.status == 304:
        return NOT_MODIFIED
    same = (answer.message.status, answer.decoded_digest) == (earlier.status, earlier.decoded_digest)
    return IDENTICAL if same and answer.payload else None


def response_record(exchange: Exchange, answer: Answer, info_id: str) -> warc.Record:
    headers = [
        *_headers(exchange, info_id, answer.block, warc.HTTP_RESPONSE),
        ("WARC-Payload-Digest", answer.payload_digest),
        *_connection(exchange, answer),
    ]
    if answer.truncated is not None:
        headers.append(("WARC-Truncated", answer.truncated))
    packed = _is_packed(answer.message)
    return warc.Record("response", tuple(headers), answer.block, answer.head if packed else -1)


def revisit_record(exchange: Exchange, answer: Answer, info_id: str, earlier: Captured, profile: str) -> warc.Record:
    """The head of an answer, and where its payload lies."""
    block = bytes(answer.block[: answer.head])
    headers = [
        *_headers(exchange, info_id, block, warc.HTTP_RESPONSE),
        ("WARC-Profile", profile),
        ("WARC-Refers-To", earlier.record_id),
        ("WARC-Refers-To-Target-URI", earlier.url),
        ("WARC-Refers-To-Date", warc.warc_date(earlier.captured_at)),
        *_connection(exchange, answer),
    ]
    if profile == IDENTICAL:
        headers.append(("WARC-Payload-Digest", earlier.payload_digest))
    return warc.Record("revisit", tuple(headers), block)


def request_record(exchange: Exchange, info_id: str, concurrent_to: str) -> warc.Record:
    block = bytes(exchange.sent)
    headers = _headers(exchange, info_id, block, warc.HTTP_REQUEST)
    headers.append(("WARC-Concurrent-To", concurrent_to))
    if exchange.server:
        headers.append(("WARC-IP-Address", exchange.server))
    return warc.Record("request", tuple(headers), block)


def metadata_record(
    exchange: Exchange,
    answer: Answer,
    info_id: str,
    concurrent_to: str,
    earlier: Captured | None,
    told_body: str = "",
) -> warc.Record:
    """What the other records have no place for. `earlier`: what the answer is a revisit of; None: it is none.
    `told_body`: what the feed that named the page holds of it, as one line; empty: nothing."""
    ended = exchange.ended_at or exchange.started_at
    first = exchange.first_byte_at or ended
    fields = {
        "fetchTimeMs": str(_milliseconds(exchange.started_at, ended)),
        "firstByteMs": str(_milliseconds(exchange.started_at, first)),
        STARTED: _exactly(exchange.started_at),
        ENDED: _exactly(ended),
        RECEIVED: str(len(exchange.received)),
        VIA: exchange.via,
        TOLD_PUBLISHED: warc.warc_date(exchange.told_published) if exchange.told_published else "",
        TOLD_BODY: told_body,
        "server-port": str(exchange.port or ""),
        "certificate-chain-digest": exchange.tls.chain_digest if exchange.tls else "",
        "payload-digest-decoded": answer.decoded_digest,
        "problem": exchange.problem or "",
        "connection-end": "unclean" if exchange.unclean else "",
        "interim-base64": _base64(answer.interim),
        "surplus-base64": _base64(exchange.surplus),
    }
    fields |= exchange.notes
    fields |= said_in_answer(answer.message.headers, _start_of_page(answer))
    if earlier is not None and answer.message.chunked and answer.payload_digest != earlier.payload_digest:
        fields["chunk-lines-base64"] = _base64(chunk_lines(answer.payload))
    block = warc.fields_block({name: value for name, value in fields.items() if value})
    headers = _headers(exchange, info_id, block, warc.WARC_FIELDS)
    headers.append(("WARC-Concurrent-To", concurrent_to))
    return warc.Record("metadata", tuple(headers), block)


def _start_of_page(answer: Answer) -> bytes:
    start = bytes(answer.payload[:_START_BYTES])
    return without_chunks(start)[0] if answer.message.chunked else start


def _headers(exchange: Exchange, info_id: str, block: Bytes, content_type: str) -> list[tuple[str, str]]:
    return [
        ("WARC-Record-ID", warc.new_record_id()),
        ("WARC-Date", warc.warc_date(exchange.started_at)),
        ("WARC-Target-URI", warc.safe_uri(exchange.url)),
        ("WARC-Warcinfo-ID", info_id),
        ("Content-Type", content_type),
        ("WARC-Block-Digest", warc.digest(block)),
    ]


def _connection(exchange: Exchange, answer: Answer) -> list[tuple[str, str]]:
    """With whom, and in which protocols: one header a protocol."""
    found = []
    if exchange.server:
        found.append(("WARC-IP-Address", exchange.server))
    version = _VERSION.match(answer.block)
    if version is not None:
        found.append(("WARC-Protocol", f"http/{version[1].decode()}"))
    if exchange.tls is not None:
        found.append(("WARC-Protocol", exchange.tls.version.lower().replace("v", "/", 1)))
        found.append(("WARC-Cipher-Suite", exchange.tls.cipher))
    return found


def _is_packed(message: HttpHead) -> bool:
    """Whether the body came compressed, so that deflating it again would cost time and gain nothing."""
    sent = {name.lower(): value.lower() for name, value in message.headers}
    coding = sent.get("content-encoding", "identity")
    return coding != "identity" or sent.get("content-type", "").startswith(_PACKED)


def _milliseconds(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds() * 1000)


def _exactly(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
