"""One Prefect server for the whole session, started when the first test asks for it (8 to 24 s)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.deployments import deployments_file, read_deployments
from flows.house import House
from flows.prefect_api import prefect_client
from flows.prefect_server import PrivateServer, PrivateWorker, private_server, private_worker
from tests.flows.archives import RUNS, add_run, write_source
from tests.flows.houses import house_in

ROOT = Path(__file__).parents[2]
CODE = {"PYTHONPATH": str(ROOT)}  # flow processes import our code and tests.flows.sample_flows


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateServer]:
    with private_server(tmp_path_factory.mktemp("prefect")) as server:
        yield server


@pytest.fixture(scope="module")
def prefect_worker(prefect_server: PrivateServer) -> Iterator[PrivateWorker]:
    """Serves the pool `warraq`. Not to be killed: tests that kill start a worker of their own.

    It goes with its module, or it would take the runs of another one's workers."""
    with private_worker(prefect_server, env=CODE) as worker:
        yield worker


@pytest.fixture(scope="session")
def built_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of 24 runs and its ledger; never changed, see `stored`."""
    folder = tmp_path_factory.mktemp("built")
    with house_in(folder, sources=write_source(folder / "sources")) as house:
        for number in range(RUNS):
            add_run(house, number)
    return folder


@pytest.fixture
def stored(built_archive: Path, tmp_path: Path) -> Iterator[House]:
    """A house of the test's own below tmp_path, with a copy of that archive."""
    shutil.copytree(built_archive, tmp_path, dirs_exist_ok=True)
    with house_in(tmp_path, sources=tmp_path / "sources") as house:
        yield house


@pytest.fixture
def client(prefect_server: PrivateServer) -> Iterator[Any]:
    with prefect_client(prefect_server.api_url) as client:
        yield client


@pytest.fixture
def write_deployments(tmp_path: Path) -> Callable[..., Path]:
    """Write a deployments file with one entry, the keys given on top of a plain one; its job variables are ours."""

    def write(**keys: Any) -> Path:
        job = read_deployments(deployments_file())[0].work_pool.job_variables
        plain = {"tags": ["warraq"], "work_pool": {"name": keys.pop("pool", "warraq"), "job_variables": job}}
        file = tmp_path / f"{keys['name']}.yaml"
        file.write_text(yaml.safe_dump({"deployments": [plain | keys]}, allow_unicode=True), "utf-8")
        return file

    return write
