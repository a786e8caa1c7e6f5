"""What boto3's errors mean for a store: one of our own, in one line, without credentials.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore import exceptions as boto

from storage.errors import ObjectMissing, StoreDenied, StoreError, StoreFull, StoreUnreachable

if TYPE_CHECKING:
    from botocore.response import StreamingBody

# An answer without a body (HEAD) has only its status for a code.
TAKEN = {"PreconditionFailed", "412"}
MISSING = {"NoSuchKey", "NotFound", "404"}
DENIED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "Forbidden", "401", "403"}
DENIED |= {"ExpiredToken", "InvalidToken", "RequestTimeTooSkewed", "AllAccessDisabled", "AccountProblem"}
_BUSY = {"ConditionalRequestConflict", "OperationAborted", "RequestTimeout", "SlowDown", "Throttling"}
_FULL = {"InsufficientStorage", "InsufficientCapacity", "QuotaExceeded", "XMinioStorageFull", "ServiceQuotaExceeded"}
_NO_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.ProfileNotFound,
    boto.TokenRetrievalError,
    boto.SSOError,
)
_NO_ANSWER = (boto.ConnectionError, boto.HTTPClientError, boto.IncompleteReadError)


@dataclass(frozen=True, slots=True)
class Place:
    """A store in messages; neither text holds credentials."""

    url: str  # s3://bucket/prefix
    words: str  # "bucket 'b' at http://host:port"


def code_of(error: boto.ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


@contextmanager
def in_our_words(place: Place, key: str | None = None) -> Iterator[None]:
    """Turn an error of boto3 into one of the store. `key` None: the request is about no single object."""
    try:
        yield
    except boto.ClientError as error:
        raise _refusal(place, error, key) from error
    except _NO_CREDENTIALS as error:
        raise StoreDenied(
            f"no usable credentials for {place.words}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        ) from error
    except boto.SSLError as error:
        raise StoreUnreachable(
            f"no trusted TLS connection to {place.words}; check WARRAQ_S3_ENDPOINT, or name your "
            "authority's certificate in AWS_CA_BUNDLE"
        ) from error
    except _NO_ANSWER as error:
        raise StoreUnreachable(
            f"no answer from {place.words} ({type(error).__name__}); check WARRAQ_S3_ENDPOINT and that the server runs"
        ) from error
    except boto.BotoCoreError as error:
        reason = " ".join(str(error).split())
        raise StoreError(f"{place.words}: {reason}; check the AWS variables and the server") from error


def _refusal(place: Place, error: boto.ClientError, key: str | None) -> StoreError:
    code = code_of(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == "NoSuchBucket":
        return StoreError(f"there is no {place.words}; create it, or correct WARRAQ_STORE")
    if code in MISSING and key is not None:
        return ObjectMissing(key, place.url)
    if code in DENIED:
        return StoreDenied(
            f"{place.words} refuses us ({code}); check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what "
            "they may do there"
        )
    if code in _FULL or status == 507:
        return StoreFull(f"{place.words} has no room ({code}); make room there, then run again")
    if code in _BUSY or status in (500, 502, 503, 504):
        return StoreUnreachable(f"{place.words} answers {code} ({status}); run again later")
    reason = " ".join(error.response.get("Error", {}).get("Message", "").split())
    return StoreError(f"{place.words} answers {code} ({status}): {reason}; check the server and its log")


class Body:
    """The bytes of an answer, whose errors are those of the store."""

    def __init__(self, place: Place, key: str, body: StreamingBody) -> None:
        self._place, self._key, self._body = place, key, body

    def read(self, size: int, /) -> bytes:
        with in_our_words(self._place, self._key):
            return self._body.read(size)

    def close(self) -> None:
        self._body.close()
