"""The one way we talk to a Prefect server: with an address given, never with a server started in silence.

Prefect's own `get_client` starts a throw-away server when no address is set; runs and schedules put there
are lost without a word. So does its sender of events, behind our back, in whatever call emits one."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx

from storage.errors import InvalidSetting, WarraqError

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient


class PrefectUnreachable(WarraqError):
    def __init__(self, api_url: str, problem: str) -> None:
        super().__init__(f"no Prefect server answers at {api_url} ({problem}); `prefect server start` starts one")


@contextlib.contextmanager
def prefect_client(api_url: str | None = None) -> Iterator[SyncPrefectClient]:
    """A client of the server at `api_url`, for example http://127.0.0.1:4200/api; None: the one of the
    user's Prefect settings. Raises PrefectUnreachable, also from inside the block, and InvalidSetting."""
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

    settings = get_current_settings().api
    address = api_url or settings.url
    if address is None:
        raise InvalidSetting("PREFECT_API_URL", "not set; expected the address of a server, http://HOST:4200/api")
    is_the_users = api_url is None or api_url == settings.url  # a password goes to no other server
    auth = settings.auth_string.get_secret_value() if is_the_users and settings.auth_string else None
    connection = SyncPrefectClient(address, auth_string=auth, httpx_settings=_way_to(address))
    # Prefect builds all of its settings anew for a change of one, which takes a tenth of a second.
    changed = contextlib.nullcontext() if address == settings.url else temporary_settings({PREFECT_API_URL: address})
    try:
        with changed, connection as client:
            yield client
    except httpx.TransportError as error:
        raise PrefectUnreachable(address, str(error) or type(error).__name__) from error


def _way_to(address: str) -> dict[str, Any]:
    """Settings for httpx. On this machine: no proxy, and no certificates, which cost more to read than a request."""
    bare = {"verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)} if address.startswith("http://127.0.0.1") else {}
    return {"trust_env": "://127.0.0.1" not in address} | bare
