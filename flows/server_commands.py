"""`warraq up` and `warraq deploy`: the house on a Prefect server, its own or another."""

from __future__ import annotations

import os
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
