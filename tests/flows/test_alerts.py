"""Alerts: what they look for, that they are switched on by a block, and that their words arrive."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from flows.alerts import ensure_alerts
from flows.owed_spool import TOLD, owed_in, tell_if_owed
from flows.prefect_server import PrivateServer
from storage import spool
from storage.keys import new_run_id
from tests.flows.prefect_runs import wait_for

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_only_sealed_parts_that_wait_for_long_are_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[dict[str, Any]] = []
    monkeypatch.setattr("prefect.events.emit_event", lambda **event: events.append(event))
    assert owed_in(tmp_path / "none") is None
    part = _part(tmp_path, spool.SEALED, NOW - timedelta(minutes=50))
    _part(tmp_path, spool.OPEN, NOW - timedelta(days=1))
    _part(tmp_path, spool.KEPT, NOW - timedelta(days=1))
    assert tell_if_owed(tmp_path, NOW) is None and not events
    found = owed_in(tmp_path)
    assert found is not None and (found.files, found.size) == (1, 3)
    assert tell_if_owed(tmp_path, NOW + timedelta(minutes=11)) == found
    assert events[0]["payload"]["since"] == "2026-11-22T11:10:00+00:00"
    told = tmp_path / TOLD
    _at(told, NOW + timedelta(minutes=11))
    assert tell_if_owed(tmp_path, NOW + timedelta(minutes=60)) is None  # told of already
    assert tell_if_owed(tmp_path, NOW + timedelta(minutes=72)) == found
    part.unlink()
    _at(told, NOW)
    assert tell_if_owed(tmp_path, NOW + timedelta(days=1)) is None and len(events) == 2


def _part(folder: Path, ending: str, at: datetime) -> Path:
    (folder / "prova").mkdir(exist_ok=True)
    file = folder / "prova" / f"{new_run_id(NOW)}-00001{ending}"
    file.write_bytes(b"abc")
    _at(file, at)
    return file


def _at(file: Path, moment: datetime) -> None:
    os.utime(file, (moment.timestamp(), moment.timestamp()))


@pytest.mark.slow
def test_a_block_gives_alerts_their_voice_and_their_words_arrive(
    prefect_server: PrivateServer, client: Any, desk: Desk
) -> None:
    from prefect.blocks.notifications import CustomWebhookNotificationBlock
    from prefect.settings import PREFECT_API_URL, temporary_settings

    names = ensure_alerts(prefect_server.api_url)
    assert len(names) == 4
    silent = client.read_automations_by_name("warraq: silent source")[0]
    assert not silent.enabled and [action.type for action in silent.actions] == ["do-nothing"]
    assert "Off until there is a block named warraq-alerts" in silent.description
    block = CustomWebhookNotificationBlock(name="desk", url=desk.url, json_data={"text": "{{subject}}\n{{body}}"})
    with temporary_settings({PREFECT_API_URL: prefect_server.api_url}):
        block.save("warraq-alerts-desk", overwrite=True)
        ensure_alerts(prefect_server.api_url)
        ensure_alerts(prefect_server.api_url)
        (silent,) = client.read_automations_by_name("warraq: silent source")
        assert silent.enabled and [action.type for action in silent.actions] == ["send-notification"]
        wait_for(lambda: _said_of_a_silence(client, desk), within_s=60, what="the words arrive")
    assert any("ورّاق: تجربة · Warraq: Trial" in each and "Next: look at it" in each for each in desk.heard)


def _said_of_a_silence(client: Any, desk: Desk) -> bool:
    """Send the event of a silent source, until the server, which learns of automations by and by, has acted on it."""
    payload = {"name": {"ar": "تجربة", "en": "Trial"}, "seen": {"ar": "صمت", "en": "silence"}, "next": "look at it"}
    resource = {"prefect.resource.id": "warraq.source.prova", "warraq.failure": "yes"}
    event = {"occurred": datetime.now(UTC).isoformat(), "event": "warraq.source.silent", "resource": resource}
    client.request("POST", "/events", json=[event | {"payload": payload, "id": os.urandom(16).hex()}])
    return bool(desk.heard)


class Desk(HTTPServer):
    """A webhook that writes down what it is told."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        super().__init__(("127.0.0.1", 0), _Hearing)
        self.url = f"http://127.0.0.1:{self.server_port}/"


class _Hearing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, Desk)
        self.server.heard.append(json.loads(body)["text"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Desk() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
