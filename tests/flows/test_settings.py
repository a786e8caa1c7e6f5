"""Settings come from the environment, or `.env` below it; each mistake is named with its variable."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from crawlers.usage import AiPolicy
from flows.settings import Settings, contact_of, load_settings
from storage.errors import InvalidSetting


@pytest.fixture(autouse=True)
def empty_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty working folder and no variable of ours; what `.env` puts into the environment is taken out again."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.upper().startswith(("WARRAQ_", "AWS_"))]:
        del os.environ[name]
    monkeypatch.chdir(tmp_path)
    yield
    os.environ.clear()
    os.environ.update(before)


def dotenv(*lines: str) -> None:
    Path(".env").write_text("\n".join(lines) + "\n", "utf-8")


def test_without_any_variable_everything_lies_below_one_folder() -> None:
    settings = load_settings()
    assert settings.store == "file:./warraq-data/archive"
    assert settings.ledger == "sqlite:///warraq-data/ledger.db"
    assert settings.spool == Path("warraq-data/spool")
    assert (settings.s3_endpoint, settings.sources, settings.contact) == (None, None, None)
    assert (settings.allow_addresses, settings.connect_to) == ((), {})
    assert settings.part_bytes == 1 << 30
    assert list(Path().iterdir()) == []


EACH: dict[str, tuple[str, Callable[[Settings], object], object]] = {
    "WARRAQ_STORE": ("s3://bucket/prefix", lambda s: s.store, "s3://bucket/prefix"),
    "WARRAQ_S3_ENDPOINT": ("http://127.0.0.1:8333", lambda s: s.s3_endpoint, "http://127.0.0.1:8333"),
    "WARRAQ_LEDGER": ("postgresql+psycopg://u@h/d", lambda s: s.ledger, "postgresql+psycopg://u@h/d"),
    "WARRAQ_SPOOL": ("/var/spool/warraq", lambda s: s.spool, Path("/var/spool/warraq")),
    "WARRAQ_SOURCES": ("my/sources", lambda s: s.sources, Path("my/sources")),
    "WARRAQ_CONTACT": ("mailto:desk@prova.example", lambda s: s.contact, "mailto:desk@prova.example"),
    "WARRAQ_ALLOW_ADDRESSES": (
        "127.0.0.1, ::1/128 10.1.2.3/8",
        lambda s: s.allow_addresses,
        (ip_network("127.0.0.1"), ip_network("::1"), ip_network("10.0.0.0/8")),
    ),
    "WARRAQ_CONNECT_TO": (
        "a.example:443=127.0.0.1:1,b.example:80=127.0.0.1:2",
        lambda s: s.connect_to,
        {"a.example:443": "127.0.0.1:1", "b.example:80": "127.0.0.1:2"},
    ),
    "WARRAQ_BUDGETS": ("sitemaps=7, ids=9", lambda s: s.budgets, {"sitemaps": 7, "ids": 9}),
    "WARRAQ_AI_POLICY": ("obey", lambda s: s.ai_policy, AiPolicy.OBEY),
    "WARRAQ_PART_BYTES": ("65536", lambda s: s.part_bytes, 65536),
    "WARRAQ_MAX_BODY_BYTES": ("1048576", lambda s: s.max_body_bytes, 1 << 20),
    "WARRAQ_SPOOL_BYTES": ("500 MB", lambda s: s.spool_bytes, 500_000_000),
    "WARRAQ_SPOOL_GRACE": ("2h", lambda s: s.spool_grace, timedelta(hours=2)),
    "WARRAQ_PATIENCE": ("90s", lambda s: s.patience, timedelta(seconds=90)),
    "WARRAQ_DASK": ("tcp://scheduler:8786", lambda s: s.dask, "tcp://scheduler:8786"),
    "WARRAQ_READERS": ("3", lambda s: s.readers, 3),
    "WARRAQ_PAGE_SECONDS": ("2.5", lambda s: s.page_seconds, 2.5),
    "WARRAQ_PAGE_MEMORY_MB": ("256", lambda s: s.page_memory_mb, 256),
}


def test_every_setting_is_tried_here() -> None:
    assert set(EACH) == {f"WARRAQ_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("name", EACH)
def test_each_variable_is_read_from_the_environment_and_from_the_file(name: str) -> None:
    text, field, expected = EACH[name]
    os.environ[name] = text
    assert field(load_settings()) == expected
    del os.environ[name]
    dotenv(f"{name}='{text}'")
    assert field(load_settings()) == expected


@pytest.mark.parametrize("name", EACH)
def test_an_empty_variable_means_the_default(name: str) -> None:
    _, field, _ = EACH[name]
    default = field(load_settings())
    os.environ[name] = ""
    assert field(load_settings()) == default


def test_the_environment_wins_over_the_file() -> None:
    dotenv("WARRAQ_STORE=file:./of-the-file", "WARRAQ_SPOOL=of-the-file")
    os.environ["WARRAQ_STORE"] = "file:./of-the-environment"
    settings = load_settings()
    assert (settings.store, settings.spool) == ("file:./of-the-environment", Path("of-the-file"))


def test_aws_variables_of_the_file_reach_boto3() -> None:
    os.environ["AWS_REGION"] = "of-the-environment"
    dotenv("AWS_ACCESS_KEY_ID=key", "AWS_REGION=of-the-file", "# AWS_PROFILE=none", "export AWS_ENDPOINT_URL=http://x")
    load_settings()
    found = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    assert found == {"AWS_ACCESS_KEY_ID": "key", "AWS_REGION": "of-the-environment", "AWS_ENDPOINT_URL": "http://x"}


def test_a_file_of_a_folder_above_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dotenv("WARRAQ_STORE=file:./above")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert load_settings().store == "file:./warraq-data/archive"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("WARRAQ_ALLOW_ADDRESSES", "127.0.0.0/8, here", "expected addresses or CIDR such as 127.0.0.0/8"),
        ("WARRAQ_ALLOW_ADDRESSES", "127.0.0.0/64", "expected addresses or CIDR"),
        ("WARRAQ_CONNECT_TO", "a.example=b", "expected host:port=address:port"),
        ("WARRAQ_CONNECT_TO", "a.example:443", "expected host:port=address:port"),
        ("WARRAQ_BUDGETS", "sitemap=7", "expected name=number, separated by commas, not 'sitemap'"),
        ("WARRAQ_PART_BYTES", "1000", "Input should be greater than or equal to 65536"),
        ("WARRAQ_PART_BYTES", "1 GB", "Input should be a valid integer"),
        ("WARRAQ_CONTACT", "me", "expected a URL or a mail address that publishers can write to, without a password"),
        (
            "WARRAQ_CONTACT",
            "https://me:geheim@a.example/",
            "expected a URL or a mail address that publishers can write to, without a password",
        ),
    ],
)
def test_a_mistake_is_named_with_its_variable(name: str, text: str, expected: str) -> None:
    os.environ[name] = text
    with pytest.raises(InvalidSetting) as raised:
        load_settings()
    assert str(raised.value).startswith(f"{name}: {expected}")
    assert "\n" not in str(raised.value)


def test_a_file_in_another_encoding_is_named() -> None:
    Path(".env").write_bytes("WARRAQ_CONTACT=ورّاق".encode("windows-1256", "replace"))
    with pytest.raises(InvalidSetting, match=r"\.env: expected a file of UTF-8 text"):
        load_settings()


@pytest.mark.parametrize(
    "contact",
    ["desk@prova.example", "mailto:desk@prova.example", "https://prova.example/crawler", "http://prova.example",
     "https://ورّاق.example/زحف"],
)  # fmt: skip
def test_a_contact_is_a_mail_address_or_a_url(contact: str) -> None:
    os.environ["WARRAQ_CONTACT"] = contact
    assert contact_of(load_settings()) == contact


@pytest.mark.parametrize(
    "contact",
    ["desk", "desk@prova", "@prova.example", "a@b@c.example", "ftp://prova.example", "https://", "https://localhost",
     "desk@prova.example\r\nX-Evil: 1", "https://prova.example/ x"],
)  # fmt: skip
def test_what_nobody_can_be_reached_at_is_no_contact(contact: str) -> None:
    os.environ["WARRAQ_CONTACT"] = contact
    with pytest.raises(InvalidSetting, match="WARRAQ_CONTACT: expected a URL or a mail address"):
        load_settings()


def test_without_a_contact_nothing_is_fetched() -> None:
    with pytest.raises(InvalidSetting, match="WARRAQ_CONTACT: not set; publishers must be able to reach"):
        contact_of(load_settings())


def test_the_spools_bounds_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for text, size in (("500 MB", 500_000_000), ("20GiB", 20 << 30), ("70000", 70_000), ("1.5 gb", 1_500_000_000)):
        monkeypatch.setenv("WARRAQ_SPOOL_BYTES", text)
        assert load_settings().spool_bytes == size
    monkeypatch.setenv("WARRAQ_SPOOL_GRACE", "0s")
    monkeypatch.setenv("WARRAQ_PATIENCE", "90s")
    assert (load_settings().spool_grace.total_seconds(), load_settings().patience.total_seconds()) == (0, 90)
    for name, text in (("SPOOL_BYTES", "much"), ("SPOOL_BYTES", "3"), ("SPOOL_GRACE", "an hour"), ("PATIENCE", "-1s")):
        with monkeypatch.context() as wrong, pytest.raises(InvalidSetting, match=f"WARRAQ_{name}"):
            wrong.setenv(f"WARRAQ_{name}", text)
            load_settings()
