"""Fixtures of the whole suite: the real servers, one of each a session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.storage import servers

os.environ.setdefault("WARRAQ_READERS", "1")  # for houses and commands: the cores are busy with other tests


@pytest.fixture(scope="session")
def seaweedfs() -> Iterator[servers.SeaweedFS]:
    """A real S3 server with one bucket; take a prefix of your own in it."""
    with servers.seaweedfs() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.PostgreSQL]:
    """A real PostgreSQL; skips where none is installed."""
    with ExitStack() as running:
        try:
            server = running.enter_context(servers.postgresql())
        except servers.NotInstalled as error:
            pytest.skip(str(error))
        yield server


@pytest.fixture
def postgres_url(postgres: servers.PostgreSQL) -> Iterator[str]:
    """The SQLAlchemy URL of a fresh, empty PostgreSQL database."""
    with postgres.fresh_database() as url:
        yield url
