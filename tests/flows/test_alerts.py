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
import requests
from prefect.blocks import notifications
from prefect.server.utilities.user_templates import render_user_template_sync, validate_user_template

from flows.alerts import alerts, ensure_alerts
from flows.deployments import register
from flows.owed_spool import TOLD, owed_in, tell_if_owed
from flows.prefect_server import PrivateServer
from storage import spool
from storage.keys import new_run_id
from tests.flows.prefect_runs import click, wait_for

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
        wait_for(lambda: _said_of_a_silence(client, desk), within_s=180, what="the words arrive")
    assert any("ورّاق: تجربة · Warraq: Trial" in each and "Next · ما العمل: look at it" in each for each in desk.heard)


@pytest.mark.slow
def test_two_crawls_that_fail_and_a_damaged_archive_are_told_of_once_each(
    prefect_server: PrivateServer, client: Any, desk: Desk
) -> None:
    from prefect.blocks.notifications import CustomWebhookNotificationBlock
    from prefect.settings import PREFECT_API_URL, temporary_settings

    register(prefect_server.api_url)
    block = CustomWebhookNotificationBlock(name="desk", url=desk.url, json_data={"text": "{{subject}}\n{{body}}"})
    with temporary_settings({PREFECT_API_URL: prefect_server.api_url}):
        block.save("warraq-alerts-desk", overwrite=True)
    for alert in client.read_automations():  # of an earlier test, with another desk
        client.delete_automation(alert.id)
    ensure_alerts(prefect_server.api_url)
    wait_for(lambda: _said_of_a_silence(client, desk), within_s=180, what="the server knows the alerts")
    _failed(client, "crawl/crawl", "rafidain-tv: the first failure")
    _failed(client, "verify/verify", "raw/x.warc.gz: other bytes than were written")
    wait_for(lambda: desk.told("وجد الفحص تلفًا"), within_s=180, what="damage is told")
    assert not desk.told("أخفق الزحف مرتين"), "one failure is no two"
    _failed(client, "crawl-due/crawl-due", "sada-alfurat: 3 URLs are known and not fetched")
    wait_for(lambda: desk.told("أخفق الزحف مرتين"), within_s=180, what="the failures are told")
    _failed(client, "verify/verify", "raw/y.warc.gz: not there")  # comes later, so whatever was to come has come
    wait_for(lambda: desk.told("raw/y.warc.gz"), within_s=180, what="the second damage is told")
    (crawls,) = desk.told("أخفق الزحف مرتين")
    assert "sada-alfurat: 3 URLs are known" in crawls and "/runs/flow-run/" in crawls
    assert "Next: open the run" in crawls and "ما العمل؟ افتح التشغيل" in crawls
    (damage,) = desk.told("raw/x.warc.gz: other bytes")
    assert "warraq verify --repair" in damage and "نسخة احتياطية" in damage


def _failed(client: Any, deployment: str, message: str) -> None:
    from prefect.states import Failed

    parameters = {"sources": []} if deployment == "crawl/crawl" else {}
    client.set_flow_run_state(click(client, deployment, **parameters), Failed(message=message), force=True)


BLOCKS: list[tuple[str, dict[str, Any]]] = [
    ("SlackWebhook", {"url": "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"}),
    ("MicrosoftTeamsWebhook", {"url": f"https://prod.westus.logic.azure.com:443/workflows/{'a' * 32}"
                               f"/triggers/manual/paths/invoke?sig={'b' * 43}&sp=x&sv=1.0&api-version=2016-06-01"}),
    ("SendgridEmail", {"api_key": "abcd1234", "sender_email": "from@example.org", "to_emails": ["to@example.org"]}),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of apprise
@pytest.mark.parametrize(("kind", "keys"), BLOCKS, ids=[kind for kind, _ in BLOCKS])
def test_the_words_of_each_alert_go_into_slack_teams_and_mail(
    kind: str, keys: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would be sent is caught where it would leave this machine: the real services are not here."""
    sent: list[requests.PreparedRequest] = []
    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", lambda _self, what, **_: sent.append(what) or _accepted())
    monkeypatch.setattr("apprise.url.URLBase.throttle", lambda *_, **__: None)  # seconds between two messages
    block = getattr(notifications, kind)(**keys)
    for name, _, _, subject, body in alerts():
        validate_user_template(subject), validate_user_template(body)
        event = {
            "payload": {"name": {"ar": "تجربة", "en": "Trial"}, "seen": {"ar": "صمت", "en": "silence"}, "next": "x"}
        }
        words = {"event": event, "flow_run": {"name": "crawl · صدى", "id": "0", "state": {"message": "why"}}}
        block.notify(*(render_user_template_sync(each.replace("|ui_url", ".id"), words) for each in (body, subject)))
        said = json.dumps(json.loads(sent[-1].body or b""), ensure_ascii=False)
        assert "Warraq" in said and "ورّاق" in said and "ما العمل" in said and "{{" not in said, name
    assert len(sent) == 4


def _accepted() -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer._content = 200, b"ok"
    return answer


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

    def told(self, words: str) -> list[str]:
        """What was said with these words in it."""
        return [each for each in self.heard if words in each]


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
