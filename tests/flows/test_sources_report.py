"""The report of all sources: as a command, as an artifact in two languages, as events that an automation acts on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterKey
from prefect.events.actions import DoNothing
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

from crawlers.source_text import source_text
from flows.alarm_words import _NEXT, TITLES, ago, next_step, seen
from flows.alarms import Alarm, Kind
from flows.prefect_server import PrivateServer
from flows.source_health import Health, health_of
from flows.sources_report import markdown, report
from storage.ledger import Ledger
from tests.flows.houses import house_in, variables_in
from tests.flows.simulated_sources import Life, source_of, steady
from tests.flows.test_command import warraq

FACTS: dict[str, Any] = {
    "runs": 3, "articles": 1, "day": "2026-11-26", "least": 20, "most": 60, "days": 3, "expected": 99.5,
    "status": 403, "barred": 8, "answers": 9, "same": 5, "rejected": 30, "read": 33,
}  # fmt: skip


def write_lives(folder: Path, now: datetime) -> None:
    """A frozen, a redesigned, a blocked, a quiet and a healthy source, in a ledger and a folder of source files."""
    began, breaks = now - timedelta(weeks=5), now - timedelta(days=2)
    names = {"jarida": "جريدة النخلة", "qanat": "قناة المرفأ", "wakala": "وكالة السنابل", "sahifa": "صحيفة التل"}
    ends: dict[str, dict[str, Any]] = {
        "jarida": {"feed": "frozen"},
        "qanat": {"rejected": 0.9},
        "wakala": {"feed": "403"},
        "sahifa": {},
    }
    (folder / "sources").mkdir()
    ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
    for name, end in ends.items():
        source = source_of(name, name={"ar": names[name], "en": name.title()})
        (folder / f"sources/{name}.yaml").write_text(source_text(source), "utf-8")
        life = Life(source, began, every=timedelta(hours=3)).live(breaks, steady(40), backlog=90)
        life.live(now, steady(40), **end).write(ledger)
    ledger.close()


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lives")
    write_lives(folder, datetime.now(UTC))
    return folder


@pytest.fixture
def on_our_server(prefect_server: PrivateServer, lives: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in (variables_in(lives) | {"WARRAQ_SOURCES": str(lives / "sources")}).items():
        monkeypatch.setenv(name, value)
    with temporary_settings({PREFECT_API_URL: prefect_server.api_url, PREFECT_LOGGING_TO_API_ENABLED: False}):
        yield


def health(lives: Path) -> Health:
    with house_in(lives, sources=lives / "sources") as house:
        return health_of(house)


def test_each_broken_source_is_named_with_its_cause_failures_first(lives: Path) -> None:
    found = health(lives)
    assert {each.source.id: [alarm.kind for alarm in each.alarms] for each in found.sources} == {
        "jarida": [Kind.FROZEN],
        "qanat": [Kind.REDESIGNED],
        "wakala": [Kind.BLOCKED],
        "sahifa": [],
    }
    assert found.sources[-1].source.id == "sahifa"
    assert found.sources[-1].usual == pytest.approx(40, rel=0.2)


def test_the_artifact_says_what_was_seen_and_what_to_do_in_two_languages(lives: Path) -> None:
    text = markdown(health(lives))
    assert text.index("Need care: 3.") < text.index("### Jarida") < text.index("## All publishers")
    for words in ("Jarida answers, but stands still", "Qanat has changed its pages", "Wakala turns us away"):
        assert words in text
    assert text.count("**Next:**") == text.count("ما العمل؟") == 3
    assert "جريدة النخلة: يجيب لكنه متوقف" in text
    assert text.count('<div dir="rtl">') == 4
    assert "| **frozen** | Jarida" in text and "| well | Sahifa" in text


def test_times_are_told_as_arabic_tells_them() -> None:
    now = datetime(2026, 11, 26, tzinfo=UTC)
    said = [ago(now - timedelta(hours=hours), now) for hours in (0, 1, 2, 7, 13, 47, 48, 24 * 9, 24 * 40)]
    assert [arabic for _, arabic in said] == [
        *("أقل من ساعة", "ساعة", "ساعتين", "7 ساعات", "13 ساعة", "47 ساعة", "يومين", "9 أيام", "40 يومًا"),
    ]
    assert said[-1][0] == "40 days"


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_alarm_has_words_in_both_languages(kind: Kind) -> None:
    for facts in (FACTS, {name: fact for name, fact in FACTS.items() if name not in ("status", "rejected")}):
        alarm = Alarm("some", kind, None, facts)
        for text in (*seen(alarm), *next_step(alarm, "https://some.example/"), *TITLES[kind]):
            assert text and "{" not in text
    assert kind in _NEXT


def test_the_command_ends_with_1_and_says_what_to_do(lives: Path) -> None:
    ended = warraq("report", folder=lives, WARRAQ_SOURCES=str(lives / "sources"))
    assert ended.returncode == 1
    assert "well" in ended.stdout and "frozen" in ended.stdout
    assert "next: Run `warraq sources check qanat`" in ended.stderr
    rows = warraq("report", "sahifa", "--json", folder=lives, WARRAQ_SOURCES=str(lives / "sources"))
    assert rows.returncode == 0
    assert json.loads(rows.stdout)["alarms"] == []


def test_an_automation_can_act_on_an_alarm(on_our_server: None, prefect_server: PrivateServer, client: Any) -> None:
    frozen = EventTrigger(
        expect={"warraq.source.frozen"},
        match=ResourceSpecification({"prefect.resource.id": "warraq.source.*"}),
        posture=Posture.Reactive,
        threshold=1,
    )
    made = client.create_automation(AutomationCore(name="tell the editor", trigger=frozen, actions=[DoNothing()]))
    state = report(sources=[], return_state=True)
    assert (state.name, state.message) == ("Failed", "Jarida answers, but stands still (and 2 more, see the report)")
    wanted = ArtifactFilter(
        key=ArtifactFilterKey(any_=["sources-report"]),
        flow_run_id=ArtifactFilterFlowRunId(any_=[state.state_details.flow_run_id]),
    )
    (artifact,) = client.read_artifacts(artifact_filter=wanted)
    assert "Jarida answers, but stands still" in artifact.data
    events = wait_for_events(client, prefix="warraq.source.", count=3)
    assert {(each["event"], each["resource"]["prefect.resource.id"]) for each in events} >= {
        ("warraq.source.frozen", "warraq.source.jarida"),
        ("warraq.source.redesigned", "warraq.source.qanat"),
        ("warraq.source.blocked", "warraq.source.wakala"),
    }
    acted = wait_for_events(client, prefix="prefect.automation.action.executed", count=1, about=str(made))
    assert acted


def wait_for_events(client: Any, *, prefix: str, count: int, about: str = "") -> list[dict[str, Any]]:
    """Events of the server once there are that many; those that name `about` somewhere."""
    until = time.monotonic() + 60
    found: list[dict[str, Any]] = []
    while time.monotonic() < until and len(found) < count:
        body = {"filter": {"event": {"prefix": [prefix]}}, "limit": 50}
        answer = client._client.post("/events/filter", json=body)
        found = [each for each in answer.json()["events"] if about in json.dumps(each)]
        time.sleep(0.5)
    return found
