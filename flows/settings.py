"""Settings, from the environment or a `.env` file in the working folder. Names are a fixed contract.

AWS variables are boto3's own; from `.env` they are put into the environment, where boto3 looks for them."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated

from dotenv import load_dotenv
from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from crawlers.budgets import BUDGETS
from crawlers.source_fields import Duration
from crawlers.usage import AiPolicy
from flows.page_pool import PAGE_MEMORY, PAGE_SECONDS
from storage.errors import InvalidSetting

_CONTACT = re.compile(r"https?://(?![^/\s]*@)\S+\.\S+|(?:mailto:)?[^@\s/:]+@[^@\s/]+\.[^@\s/]+")
DATA = "warraq-data"


def _listed(text: object) -> object:
    return [item for item in re.split(r"[,\s]+", text) if item] if isinstance(text, str) else text


def _networks(text: object) -> object:
    listed = _listed(text)
    if not isinstance(listed, list):
        return listed
    try:
        return tuple(ip_network(item, strict=False) for item in listed)
    except ValueError as error:
        raise ValueError(f"expected addresses or CIDR such as 127.0.0.0/8, separated by commas: {error}") from error


def _connect_to(text: object) -> object:
    listed = _listed(text)
    if not isinstance(listed, list):
        return listed
    pairs = dict(item.partition("=")[::2] for item in listed)
    if not all(re.fullmatch(r"\S+:\d+", side) for pair in pairs.items() for side in pair):
        raise ValueError("expected host:port=address:port, separated by commas")
    return pairs


def _size(text: object) -> object:
    """Bytes, as a number or as 500 MB, 20 GB, 20 GiB."""
    found = (
        re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b", text.strip(), re.IGNORECASE)
        if isinstance(text, str)
        else None
    )
    if found is None:
        return text
    return int(float(found[1]) * (1024 if found[3] else 1000) ** " kmgt".index(found[2].lower() or " "))


def _budgets(text: object) -> object:
    listed = _listed(text)
    if not isinstance(listed, list):
        return listed
    pairs = dict(item.partition("=")[::2] for item in listed)
    wrong = next((name for name, number in pairs.items() if name not in BUDGETS or not number.isdecimal()), None)
    if wrong is not None:
        raise ValueError(f"expected name=number, separated by commas, not {wrong!r}; the names: {', '.join(BUDGETS)}")
    return {name: int(number) for name, number in pairs.items()}


def _contact(text: object) -> object:
    if isinstance(text, str) and text and not _CONTACT.fullmatch(text):
        raise ValueError("expected a URL or a mail address that publishers can write to, without a password")
    return text or None


class Settings(BaseSettings):
    """What the house needs to know of the world. Paths are relative to the working folder."""

    model_config = SettingsConfigDict(env_prefix="WARRAQ_", frozen=True, extra="ignore", env_ignore_empty=True)

    store: str = f"file:./{DATA}/archive"
    s3_endpoint: str | None = None
    ledger: str = f"sqlite:///{DATA}/ledger.db"
    spool: Path = Path(DATA) / "spool"
    sources: Path | None = None
    contact: Annotated[str | None, BeforeValidator(_contact)] = None
    allow_addresses: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)] = ()
    connect_to: Annotated[dict[str, str], NoDecode, BeforeValidator(_connect_to)] = Field(default_factory=dict)
    budgets: Annotated[dict[str, int], NoDecode, BeforeValidator(_budgets)] = Field(default_factory=dict)
    ai_policy: AiPolicy = AiPolicy.RECORD  # what is done about pages that are reserved from AI
    part_bytes: int = Field(default=1 << 30, ge=1 << 16)  # size at which a WARC part is sealed
    max_body_bytes: int = Field(default=64 << 20, ge=1 << 20)  # of one answer as sent; the rest is cut, and says so
    spool_bytes: Annotated[int, BeforeValidator(_size)] = Field(default=20 << 30, ge=1 << 16)  # that the spool may hold
    spool_grace: Duration = timedelta(hours=1)  # that a local copy stays after it was proved to be in the store
    patience: Duration = timedelta(minutes=10)  # of a crawl that waits for room on a disk or for the ledger
    readers: int = Field(default=0, ge=0, le=64)  # processes that read pages; 0: one a core
    page_seconds: float = Field(default=PAGE_SECONDS, ge=0.1, le=3600)  # of processor time, to read a page
    dask: str | None = None  # scheduler that replays of the Prefect flow run on; `local`: one made for the run
    page_memory_mb: int = Field(default=PAGE_MEMORY >> 20, ge=128)  # a process that reads pages may hold


def load_settings() -> Settings:
    """Read the environment, and `.env` below it. Raises InvalidSetting."""
    try:
        load_dotenv(Path(".env"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSetting(".env", f"expected a file of UTF-8 text: {error}") from error
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"WARRAQ_{str(first['loc'][0]).upper()}" if first["loc"] else "settings"
        raise InvalidSetting(name, first["msg"].removeprefix("Value error, ")) from error


def contact_of(settings: Settings) -> str:
    """Who publishers can write to. Raises InvalidSetting: nothing is fetched without it."""
    if settings.contact is None:
        raise InvalidSetting(
            "WARRAQ_CONTACT",
            "not set; publishers must be able to reach whoever crawls them: set it to a URL or a mail address",
        )
    return settings.contact
