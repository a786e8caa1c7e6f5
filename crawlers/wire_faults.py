"""What went wrong on the wire, in words: the same for the log, the ledger, the manifest and the WARC.

A text begins with one of `NAMES`, so that outcomes can be counted; what the libraries say of it follows."""

from __future__ import annotations

import re
from typing import Any

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from service_identity.exceptions import VerificationError
from twisted.internet.defer import CancelledError
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost
from twisted.internet.error import TimeoutError as ConnectTimeout
from twisted.web.client import ResponseFailed


class HeadTooLarge(Exception):
    """A server does not come to the end of its headers, or sends more framing than content."""


class AnswerTooLarge(Exception):
    """An answer is larger than one may be, or the largest of too many that are being received."""


FAULTS = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)  # Scrapy's names for what may happen to any download

TIMEOUT, TOO_LARGE, CLOSED, RESET = "timeout", "too large", "closed early", "connection reset"
_NAMED: tuple[tuple[type[BaseException], str], ...] = (
    (MemoryError, "out of memory"),
    (VerificationError, "certificate of another name"),
    (SSL.Error, "TLS failed"),
    (HeadTooLarge, TOO_LARGE),
    (AnswerTooLarge, TOO_LARGE),
    (DownloadCancelledError, TOO_LARGE),
    (CancelledError, TOO_LARGE),
    (DownloadTimeoutError, TIMEOUT),
    (ConnectTimeout, TIMEOUT),
    (CannotResolveHostError, "no such host"),
    (DownloadConnectionRefusedError, "connection refused"),
    (ConnectionDone, CLOSED),
    (ConnectionLost, RESET),
    (ConnectError, "no connection"),
    (ResponseDataLossError, RESET),
)
BAD_CERTIFICATE = "certificate not trusted"
NOT_HTTP = "not HTTP"
NAMES = frozenset((*(name for _, name in _NAMED), BAD_CERTIFICATE, NOT_HTTP))


_IN_A_LINE = re.compile(rf"\S+: (?:(\w+): (?:({'|'.join(sorted(NAMES))}): )?|(answers \d+))")


def fault_in(line: str) -> str | None:
    """The name under which a problem is counted, `URL: exception: name: words` or `URL: answers 503`; None: no fault.

    An exception without one of `NAMES` is its own name."""
    found = _IN_A_LINE.match(line)
    return None if found is None else found[2] or found[1] or found[3]


def named(error: BaseException, certificate: str | None) -> str:
    """One line for an exception of `FAULTS`. `certificate`: what OpenSSL says against the server's; None: nothing."""
    cause = root_cause(error)
    text = " ".join(str(cause).split()) or type(cause).__name__
    if isinstance(cause, SSL.Error) and certificate is not None:
        return f"{BAD_CERTIFICATE}: {certificate}"
    return f"{next((name for kind, name in _NAMED if isinstance(cause, kind)), NOT_HTTP)}: {text}"


def root_cause(error: BaseException) -> BaseException:
    """The first cause, below what Twisted and Scrapy have wrapped around it."""
    while True:
        if isinstance(error, ResponseFailed) and error.reasons:
            error = error.reasons[0].value
        elif type(error) in (DownloadFailedError, ResponseDataLossError) and error.__cause__ is not None:
            error = error.__cause__
        else:
            return error


def certificate_problem(connection: SSL.Connection) -> str | None:
    """What OpenSSL says against the server's certificate; None: nothing. pyOpenSSL has no public way to ask."""
    openssl: Any = SSL
    code = openssl._lib.SSL_get_verify_result(connection._ssl)
    if code == 0:
        return None
    return str(openssl._ffi.string(openssl._lib.X509_verify_cert_error_string(code)).decode("ascii", "replace"))
