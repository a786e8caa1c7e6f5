"""`warraq up`, `deploy` and `metrics`: the house on a Prefect server, its own or another, and its numbers."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Ui(StrEnum):
    V1 = "v1"
    V2 = "v2"


def up(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="To listen on; others than this machine's need a password.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Of the UI and the API.")] = 4200,
    folder: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the Prefect server keeps its database and logs.")
    ] = Path("warraq-data/prefect"),
    ui: Annotated[Ui, typer.Option(help="Prefect's UI; v2 asks an analytics host on the internet, v1 nobody.")] = Ui.V1,
) -> None:
    """Prefect server, worker, deployments and UI with one command; Ctrl-C ends all of it."""
    from flows.settings import load_settings
    from flows.up import Listening, password_for, run_up

    settings = load_settings()
    run_up(settings, folder, Listening(host, port, password_for(host, os.environ), ui is Ui.V2))


def deploy() -> None:
    """(Re)register the deployments on the configured Prefect server (PREFECT_API_URL)."""
    from flows.deployments import register
    from flows.house import catalogue_of
    from flows.settings import load_settings
    from flows.source_choices import source_choices
    from flows.terminal import words

    for name in register(choices={"sources": source_choices(catalogue_of(load_settings()))}):
        words.print(f"registered {name}")


def metrics(
    port: Annotated[
        int | None, typer.Option("--serve", min=1, max=65535, metavar="PORT", help="Answer scrapes until Ctrl-C.")
    ] = None,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="To answer on.")] = "127.0.0.1",
) -> None:
    """How the house stands, as Prometheus text; printed once, or served at /metrics."""
    from flows.house import open_house
    from flows.metrics import metrics_text, serve_metrics
    from flows.stopping import stoppable

    with stoppable("stopped"), open_house(store_may_wait=True) as house:
        if port is None:
            sys.stdout.write(metrics_text(house))
        else:
            serve_metrics(house, host, port)
