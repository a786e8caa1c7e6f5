"""One owner a source. A lease has a token that grows with each owner; a token that is not the newest is void.

Every write of captures names its token in the same transaction, so a zombie that wakes up late writes
nothing. Source: Kleppmann, "How to do distributed locking" (fencing tokens)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from storage.errors import LeaseLost, SourceBusy
from storage.ledger_schema import insert_into, leases

LEASE_FOR = timedelta(seconds=90)  # renewed with every group of captures and by the owner every 20 s
_TOKEN = select(leases.c.token).where(leases.c.source == bindparam("of_source"))  # built once: asked for every request


def host_name(host: str) -> str:
    """The name of a host's lease: no source is called so."""
    return f"host:{host}"


@dataclass(frozen=True, slots=True)
class Lease:
    source: str  # its id, or the `host_name` of a host
    owner: str  # "host:pid:run"
    token: int


def acquire(connection: Connection, source: str, owner: str, now: datetime, *, dead: frozenset[str]) -> Lease:
    """Take the lease of a source. Raises SourceBusy while another owner, not known to be dead, holds it."""
    row = {"source": source, "owner": "", "token": 0, "expires_at": now}
    connection.execute(insert_into(connection, leases).values(row).on_conflict_do_nothing())
    held = connection.execute(select(leases).where(leases.c.source == source).with_for_update()).one()
    if held.owner and held.expires_at > now and held.owner not in dead and held.owner != owner:
        raise SourceBusy(
            f"{source} is being crawled by {held.owner}; its lease runs until {held.expires_at:%H:%M:%S} UTC "
            "unless renewed. Wait, or end that run"
        )
    lease = Lease(source, owner, held.token + 1)
    taken = {"owner": owner, "token": lease.token, "expires_at": now + LEASE_FOR}
    connection.execute(update(leases).where(leases.c.source == source).values(taken))
    return lease


def renew(connection: Connection, lease: Lease, now: datetime) -> None:
    """Hold the lease for longer. Raises LeaseLost if another owner has taken it."""
    mine = update(leases).where(leases.c.source == lease.source, leases.c.token == lease.token)
    if connection.execute(mine.values(expires_at=now + LEASE_FOR)).rowcount != 1:
        raise lost(lease)


def lost(lease: Lease) -> LeaseLost:
    return LeaseLost(f"{lease.source}: the lease of {lease.owner} (token {lease.token}) was taken by another run")


def holds(connection: Connection, lease: Lease) -> bool:
    """Whether nobody has taken the lease since; it may have run out."""
    return connection.execute(_TOKEN, {"of_source": lease.source}).scalar() == lease.token


def release(connection: Connection, lease: Lease, now: datetime) -> None:
    """Give the lease back; quiet if it is no longer ours."""
    mine = update(leases).where(leases.c.source == lease.source, leases.c.token == lease.token)
    connection.execute(mine.values(owner="", expires_at=now))


def release_hosts(connection: Connection, owner: str, now: datetime) -> None:
    """Give back the leases of all hosts that an owner holds."""
    mine = update(leases).where(leases.c.owner == owner, leases.c.source.startswith(host_name(""), autoescape=True))
    connection.execute(mine.values(owner="", expires_at=now))


def owner_of(connection: Connection, source: str) -> str:
    """Who holds, or last held, the lease; empty if it is free."""
    return connection.execute(select(leases.c.owner).where(leases.c.source == source)).scalar() or ""
