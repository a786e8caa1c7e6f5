"""`warraq demo`: the bundled newsroom, crawled through the flows into an archive, and read again by replay.

Everything lies below one folder: archive, ledger, spool, source files, and a private Prefect server's home.
A second demo starts from an empty folder; only a folder that an earlier demo made is ever emptied."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows import prefect_server
from flows.deployments import register
from flows.newsroom import Expected, Newsroom, PortTaken, expected_articles, running_newsroom, write_sources
from flows.prefect_server import PrivateServer, private_server, private_worker
from flows.runs import FlowRun, run_deployment
from storage import keys
from storage.articles import read_articles
from storage.errors import UsageError, WarraqError
from storage.folder import FolderStore
from storage.manifest import read_manifest
from storage.model import Article

MARK = ".warraq-demo"  # only folders that hold it are emptied
CONTACT = "mailto:demo@warraq.invalid"
FIRST_PORT = 8731
UI_PORT = 4200
WITHIN_S = 300.0

out = Console()


class DemoFailed(WarraqError):
    """The demo ran, and not everything came out."""


def run_demo(folder: Path, *, stay: bool, port: int | None) -> int:
    """Run the demo in a folder; 0 only if every expected article came out, and came out again by replay."""
    folder = _fresh(folder)
    with contextlib.ExitStack() as house:
        newsroom = house.enter_context(_newsroom())
        sources = write_sources(newsroom, folder / "sources")
        ids = sorted(file.stem for file in sources)
        out.print(f"newsroom up: {len(ids)} publishers on 127.0.0.1; starting a private Prefect server …")
        settings = _settings(folder)
        server = house.enter_context(_server(folder, port))
        register(server.api_url, choices={"sources": ids})
        house.enter_context(private_worker(server, env=settings))
        out.print(f"Prefect up at {server.ui_url}; deployments crawl and replay registered, worker started")
        store = FolderStore(folder / "archive", url=settings["WARRAQ_STORE"])
        _run(server, "crawl/crawl", {"sources": ids})
        before = _digests(store)
        _run(server, "replay/replay", {"sources": ids})
        _check_identical(before, _digests(store))
        articles = _articles(store)
        _check_complete(expected_articles(newsroom.bases), articles)
        _show(store, folder, ids, articles)
        if stay:
            _stay(server, newsroom)
    return 0


def _fresh(folder: Path) -> Path:
    folder = folder.resolve()
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} was not made by a demo; name an empty or a new folder with --folder")
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        (folder / MARK).write_text("Made by `warraq demo`, which empties this folder when it starts.\n")
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}; name another with --folder") from error
    return folder


def _settings(folder: Path) -> dict[str, str]:
    """The environment of the flows: everything of the demo's own, nothing of the user's."""
    return {
        "WARRAQ_STORE": f"file:{folder / 'archive'}",
        "WARRAQ_LEDGER": f"sqlite:///{folder / 'ledger.db'}",
        "WARRAQ_SPOOL": str(folder / "spool"),
        "WARRAQ_SOURCES": str(folder / "sources"),
        "WARRAQ_CONTACT": CONTACT,
        "WARRAQ_ALLOW_ADDRESSES": "127.0.0.0/8",
        "WARRAQ_CONNECT_TO": "",
        "WARRAQ_S3_ENDPOINT": "",
    }


@contextlib.contextmanager
def _newsroom() -> Iterator[Newsroom]:
    """On its usual ports, so that links stay good from demo to demo; on free ones if they are taken."""
    with contextlib.ExitStack() as stack:
        try:
            newsroom = stack.enter_context(running_newsroom(ports=range(FIRST_PORT, FIRST_PORT + 4)))
        except PortTaken:
            newsroom = stack.enter_context(running_newsroom())
        yield newsroom


@contextlib.contextmanager
def _server(folder: Path, port: int | None) -> Iterator[PrivateServer]:
    """On the port asked for, or else on Prefect's own, or a free one. Raises prefect_server.PortTaken."""
    home = folder / "prefect"
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(private_server(home, port=port or UI_PORT))
        except prefect_server.PortTaken:
            if port is not None:
                raise
            server = stack.enter_context(private_server(home))
        yield server


def _run(server: PrivateServer, name: str, parameters: dict[str, Sequence[str]]) -> None:
    with out.status(f"{name}: starting") as status:

        def show(run: FlowRun) -> None:
            status.update(f"{name}: {run.state}")

        run = run_deployment(server.api_url, name, dict(parameters), within_s=WITHIN_S, watch=show)
    out.print(f"{name}: {run.state}, {run.message} ({run.name})", highlight=False)


# --- what must be true ---------------------------------------------------------------------------


def _digests(store: FolderStore) -> dict[str, str]:
    """SHA-256 of every article and rejection file in the archive."""
    found = [key for prefix in (keys.ARTICLES, keys.REJECTED) for key in store.list(prefix)]
    return {key: hashlib.sha256(store.get(key)).hexdigest() for key in found}


def _check_identical(before: dict[str, str], after: dict[str, str]) -> None:
    if not before or before != after:
        changed = sorted(key for key in before | after if before.get(key) != after.get(key))
        raise DemoFailed(f"replay gave other articles than the crawl: {', '.join(changed[:3]) or 'there were none'}")
    out.print(f"replay: {len(after)} article and rejection files came out again, byte-identical")


def _articles(store: FolderStore) -> list[Article]:
    found = (key for key in store.list(keys.ARTICLES))
    return [article for key in found for article in read_articles(store.get(key))]


def _check_complete(expected: Sequence[Expected], articles: Sequence[Article]) -> None:
    """Every expected article, once, with its title and its text."""
    by_key: dict[str, list[Article]] = {}
    for article in articles:
        by_key.setdefault(article.document_key, []).append(article)
    wrong = []
    for each in expected:
        found = by_key.pop(f"{each.publisher}:{each.id}", [])
        if len(found) != 1 or found[0].title != each.title or found[0].text != each.text:
            wrong.append(f"{each.url} came out {len(found)} times, or with another title or text")
    wrong += [f"{extra[0].url} is not an article of the newsroom" for extra in by_key.values()]
    if wrong:
        raise DemoFailed(f"{len(wrong)} of {len(expected)} articles are not as expected; the first: {wrong[0]}")
    out.print(f"all {len(expected)} expected articles are in the archive, with their titles and texts\n")


# --- what a person sees --------------------------------------------------------------------------


def _show(store: FolderStore, folder: Path, ids: Sequence[str], articles: Sequence[Article]) -> None:
    out.print(_table(store, ids))
    for source in ids[:3]:
        article = next(each for each in articles if each.source == source)
        _print_sample(article)
    shown = Path(os.path.relpath(folder))
    out.print(f"\n[bold]WARCs[/bold]    {shown}/archive/raw/", highlight=False)
    out.print(f"[bold]articles[/bold] {shown}/archive/articles/  (Parquet)", highlight=False)
    tools = os.path.relpath(Path(sys.executable).parent)
    read = f"print(p.read_table('{shown}/archive/articles', partitioning=None).to_pylist()[0])"
    steps = (
        ("the Prefect UI, with forms and reports", f"{tools}/warraq demo --stay"),
        ("what a WARC holds", f"{tools}/warcio index {shown}/archive/raw/*/*/*/*/*.warc.gz"),
        ("one article, all its columns", f'{tools}/python -c "import pyarrow.parquet as p; {read}"'),
        ("publishers; for your own see README, 'Your first publisher'", f"{tools}/warraq sources list"),
    )
    out.print("\n[bold]Try next[/bold]")
    for why, command in steps:
        out.print(f"  [dim]# {why}[/dim]\n  {command}", highlight=False, soft_wrap=True)


def _table(store: FolderStore, ids: Sequence[str]) -> Table:
    table = Table("publisher", "captures", "articles", "rejected", "bytes", title="What the archive holds")
    for column in table.columns[1:]:
        column.justify = "right"
    for source in ids:
        counts = dict.fromkeys(("captures", "articles", "rejected", "bytes"), 0)
        for key in store.list(f"{keys.RUNS}{source}/"):
            manifest = read_manifest(store.get(key))
            counts = {name: total + manifest.counts.get(name, 0) for name, total in counts.items()}
        table.add_row(source, *(f"{total:,}" for total in counts.values()))
    return table


def _print_sample(article: Article) -> None:
    """Title, facts and the first paragraphs, without a frame: terminals turn Arabic lines around on their own."""
    day = article.published_date.isoformat() if article.published_date else "بلا تاريخ"
    comments = [f"{len(article.comments)} تعليقات"] if article.comments else []
    out.print(f"\n[bold]{escape(article.title)}[/bold]", soft_wrap=True)
    out.print(" · ".join([*map(escape, article.authors), day, *comments]), highlight=False, soft_wrap=True)
    for paragraph in article.text.split("\n")[:2]:
        out.print(escape(paragraph), highlight=False)
    out.print(f"[dim]{escape(article.url)}[/dim]", highlight=False, soft_wrap=True)


def _stay(server: PrivateServer, newsroom: Newsroom) -> None:
    out.print(f"\n[bold]Prefect UI[/bold]  {server.ui_url}", highlight=False)
    for publisher, base in newsroom.bases.items():
        out.print(f"[bold]newsroom[/bold]    {base}/  {publisher}", highlight=False)
    out.print("Ctrl-C ends all of it.")
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    with contextlib.suppress(KeyboardInterrupt):
        over.wait()
