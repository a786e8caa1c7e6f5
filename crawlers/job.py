"""The order given to a crawl process: one JSON object on its standard input, so that no secret is an argument."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from crawlers.source import Source
from crawlers.usage import AiPolicy


class SourceJob(BaseModel):
    """One source to crawl, under a lease that the giver of the order holds."""

    model_config = ConfigDict(frozen=True)

    source: Source
    run: str
    owner: str
    token: int
    look: Literal["", "probe", "check"] = ""  # a look at a few pages instead of a crawl
    task: str = ""  # of a backfill: its window as the ledger names it, `since` and `until` as moments
    since: datetime | None = None  # instead of the job's
    until: datetime | None = None


class CrawlJob(BaseModel):
    model_config = ConfigDict(frozen=True)

    sources: tuple[SourceJob, ...]
    ledger: str  # URL, may hold a password
    spool: Path
    contact: str
    allow_addresses: tuple[IPv4Network | IPv6Network, ...] = ()
    connect_to: dict[str, str] = {}  # "host:port" to "address:port", as curl's option of that name
    since: datetime | None = None
    limit: int | None = None
    due_at: datetime | None = None  # only pages that are due then, and what is owed or due again; None: all
    budgets: dict[str, int] = {}  # those that are not as in budgets.py
    ai_policy: AiPolicy = AiPolicy.RECORD
    part_bytes: int
    spool_bytes: int = 20 << 30  # that the spool may hold before nothing more is fetched
    patience_s: float = 600.0  # to wait for room on a disk or for the ledger, before the crawl ends
    timeout_s: float = 60.0  # for one answer, from its request to its last byte
    max_body_bytes: int = 64 << 20  # of one answer as sent, without chunk framing; see room.py for many at once
