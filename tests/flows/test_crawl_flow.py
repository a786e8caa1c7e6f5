"""The crawl flow on a real server, worker and newsroom: what a click gives, and what is left after a kill."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from flows.deployments import register
from flows.newsroom import expected_articles, running_newsroom, write_sources
from flows.prefect_server import PrivateServer, PrivateWorker, private_worker
from storage.store import open_store
from tests.flows.conftest import CODE
from tests.flows.houses import variables_in
from tests.flows.prefect_runs import click, kill, lives, state_of, wait_for, wait_for_state

WITHIN_S = 240  # a run whose process is gone must not show as running for longer
POOL = "warraq"


@dataclass(frozen=True)
class Place:
    """A worker of the test's own, with a slow newsroom to crawl."""

    folder: Path
    worker: PrivateWorker
    client: Any
    expected: frozenset[str]  # addresses of the articles of rafidain-tv

    def processes(self, words: str) -> list[int]:
        """Our processes by a part of their command line: those whose spool is in our folder."""
        mark = f"WARRAQ_SPOOL={self.folder / 'spool'}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
            except OSError:
                continue
            if mark in environment and words.encode() in command.replace(b"\0", b" "):
                found.append(int(folder.name))
        return [pid for pid in found if pid != os.getpid() and lives(pid)]

    def _durable(self) -> bool:
        return any(file.stat().st_size > 0 for file in (self.folder / "spool").glob("*/*.open"))

    def start_crawl(self) -> tuple[UUID, int, int]:
        """A running crawl that has captured something; its run, flow process and crawl process."""
        run_id = click(self.client, "crawl/crawl", sources=["rafidain-tv"])
        wait_for(self._durable, within_s=300, what="a durable capture in the spool")
        (child,) = self.processes("-m crawlers")
        (flow,) = self.processes("prefect.engine")
        return run_id, flow, child


@contextmanager
def place(folder: Path, server: PrivateServer, client: Any, delay: str) -> Iterator[Place]:
    with ExitStack() as stack:
        newsroom = stack.enter_context(running_newsroom())
        for file in write_sources(newsroom, folder / "sources"):
            source = yaml.safe_load(file.read_text("utf-8"))
            source["politeness"] = {"delay": delay, "concurrency": 1}
            file.write_text(yaml.safe_dump(source, allow_unicode=True), "utf-8")
        register(server.api_url, choices={"sources": ["rafidain-tv", "sada-alfurat"]})
        environment = CODE | variables_in(folder) | {"WARRAQ_SOURCES": str(folder / "sources")}
        expected = frozenset(each.url for each in expected_articles(newsroom.bases) if each.publisher == "rafidain-tv")
        yield Place(folder, stack.enter_context(private_worker(server, POOL, env=environment)), client, expected)


@pytest.fixture
def slow(tmp_path: Path, prefect_server: PrivateServer, client: Any) -> Iterator[Place]:
    with place(tmp_path, prefect_server, client, "2s") as made:
        yield made


def no_orphan(at: Place) -> None:
    wait_for(lambda: not at.processes("-m crawlers"), within_s=180, what="no crawl process is left")
    wait_for(lambda: not at.processes("prefect.engine"), within_s=180, what="no flow process is left")


def test_a_click_crawls_and_replays_and_leaves_a_report(
    tmp_path: Path, prefect_server: PrivateServer, client: Any
) -> None:
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
    from prefect.client.schemas.objects import Artifact, Log
    from prefect.exceptions import PrefectHTTPStatusError

    with place(tmp_path, prefect_server, client, "0s") as at:
        with pytest.raises(PrefectHTTPStatusError, match="409"):
            click(client, "crawl/crawl", sources=["no-such-source"])
        run_id = click(client, "crawl/crawl", sources=["rafidain-tv", "sada-alfurat"])
        ended = wait_for_state(client, run_id, "COMPLETED", "FAILED", "CRASHED", within_s=300)
        assert ended == "COMPLETED", client.read_flow_run(run_id).state.message
        with pytest.raises(PrefectHTTPStatusError, match="409"):
            click(client, "replay/replay", url="two words")
        replayed = click(client, "replay/replay", url="*/news/economy/*", learn=True)
        assert wait_for_state(client, replayed, "COMPLETED", "FAILED", "CRASHED", within_s=300) == "COMPLETED"
        no_orphan(at)
    ours = FlowRunFilter(id=FlowRunFilterId(any_=[run_id]))
    names = {run.name.partition(" 2")[0] for run in client.read_task_runs(flow_run_filter=ours)}
    sources = ("rafidain-tv", "sada-alfurat")
    assert names - {f"keep · {source}" for source in sources} == {  # what was kept meanwhile needs no run for it
        f"{step} · {source}" for step in ("crawl-source", "extract") for source in sources
    }
    again = FlowRunFilter(id=FlowRunFilterId(any_=[replayed]))
    read = client.read_task_runs(flow_run_filter=again)
    assert [run.name.partition(" 2")[0] for run in read] == ["extract · rafidain-tv"]
    artifacts: list[Artifact] = client.read_artifacts(flow_run_filter=ours)
    report = next(str(each.data) for each in artifacts if each.key == "crawl-report")
    assert "**34 articles** from 2 publishers" in report
    assert '<div dir="rtl">' in report and "قناة الرافد" in report
    assert [each.data for each in artifacts if each.key == "crawl-progress"] == [100.0]
    logs: list[Log] = client.read_logs()
    assert any("robots.txt asks for 0.1 s" in log.message for log in logs if log.flow_run_id == run_id)
    assert any(log.message.startswith("kept raw/rafidain-tv/") for log in logs if log.flow_run_id == run_id)
    assert "صدى الفرات" in client.read_flow_run(run_id).name


@pytest.mark.slow
def test_a_killed_crawl_process_fails_the_run_and_keeps_what_it_had(slow: Place) -> None:
    run_id, _, child = slow.start_crawl()
    kill(child)
    assert wait_for_state(slow.client, run_id, "FAILED", "CRASHED", within_s=WITHIN_S) == "FAILED"
    assert "was killed by SIGKILL" in slow.client.read_flow_run(run_id).state.message
    no_orphan(slow)
    store = open_store(f"file:{slow.folder / 'archive'}")
    assert len([key for key in store.list("raw/") if key.endswith(".warc.gz")]) == 1


@pytest.mark.slow
def test_a_killed_flow_process_crashes_the_run_and_takes_the_crawl_process_with_it(slow: Place) -> None:
    run_id, flow, _ = slow.start_crawl()
    kill(flow)
    assert wait_for_state(slow.client, run_id, "CRASHED", "FAILED", within_s=WITHIN_S) == "CRASHED"
    no_orphan(slow)


@pytest.mark.slow
def test_a_killed_worker_leaves_no_process_and_no_running_run(slow: Place) -> None:
    run_id, _, _ = slow.start_crawl()
    kill(slow.worker.pid)
    assert wait_for_state(slow.client, run_id, "CRASHED", "FAILED", within_s=WITHIN_S) in ("CRASHED", "FAILED")
    no_orphan(slow)


@pytest.mark.slow
def test_a_cancelled_run_ends_its_crawl_process_in_peace(slow: Place) -> None:
    from prefect.states import Cancelling

    run_id, _, _ = slow.start_crawl()
    slow.client.set_flow_run_state(run_id, Cancelling(), force=True)
    assert wait_for_state(slow.client, run_id, "CANCELLED", within_s=WITHIN_S) == "CANCELLED"
    no_orphan(slow)
    assert state_of(slow.client, run_id) == "CANCELLED"
