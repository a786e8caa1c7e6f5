"""What the ledger's database says went wrong, in our words: one line, the place, no password.

Sources: https://www.sqlite.org/rescode.html, https://www.postgresql.org/docs/current/errcodes-appendix.html"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from storage.errors import LedgerError, LedgerFull, LedgerLocked, LedgerUnreachable

LOCK_WAIT_S = 10.0  # longer than any transaction of ours; a lock held longer is somebody's stuck program
# A write that finds no room is SQLITE_FULL on a full disk, and an I/O error where a quota or a size limit ends it.
_FULL_SQLITE = ("SQLITE_FULL", "SQLITE_IOERR")
_LOCKED_SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED")
_FULL_POSTGRES = ("53100",)
_LOCKED_POSTGRES = ("40", "55P03")
_GONE_POSTGRES = ("08", "57P", "53")
_REFUSED = ("authentication failed", "does not exist", "no password supplied", "no pg_hba.conf entry")


def ledger_fault(error: DBAPIError, where: str) -> LedgerError:
    """The error of ours for one of the database's driver. `where`: the ledger's URL without its password."""
    first = str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__
    code = _code_of(error)
    if code.startswith(_LOCKED_SQLITE + _LOCKED_POSTGRES):
        return LedgerLocked(
            f"the ledger {where} has been locked by another program for {LOCK_WAIT_S:g} s; end it and try again"
        )
    if code.startswith(_FULL_SQLITE + _FULL_POSTGRES):
        return LedgerFull(f"the ledger {where}: {first}; make room on its disk")
    if code.startswith(_GONE_POSTGRES) or _broken_off(error, code, first):
        return LedgerUnreachable(f"the ledger {where} does not answer: {first}; see that its server runs")
    return LedgerError(f"the ledger {where}: {first}; check WARRAQ_LEDGER")


def _code_of(error: DBAPIError) -> str:
    """SQLite's name of the error, or PostgreSQL's SQLSTATE; empty: neither says."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return str(getattr(cause, "sqlite_errorname", None) or "")
    return str(getattr(cause, "sqlstate", None) or "")


def _broken_off(error: DBAPIError, code: str, first: str) -> bool:
    """Whether there is no connection, for another reason than that we are not let in: the server gave no code."""
    if isinstance(error.orig, sqlite3.Error) or code:
        return False
    unanswered = error.connection_invalidated or type(error.orig).__name__.endswith(("OperationalError", "Timeout"))
    return unanswered and not any(words in first for words in _REFUSED)
