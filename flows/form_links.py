"""Links to the forms of deployments, filled in, as a report gives them to whoever reads it in the Prefect UI."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

from flows.server_away import await_server, if_it_answers


def form_addresses(deployments: Sequence[str]) -> dict[str, str]:
    """Where the UI has these forms, below its own address; none that is not there, none where no server answers."""
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    found = {}
    await_server()
    with if_it_answers("a link"), get_client(sync_client=True) as client:
        for name in deployments:
            try:
                found[name] = f"/deployments/deployment/{client.read_deployment_by_name(f'{name}/{name}').id}/run"
            except ObjectNotFound:
                continue
    return found


def filled_in(address: str, **parameters: object) -> str:
    """The address of a form that is filled in already."""
    return f"{address}?parameters={quote(json.dumps(parameters, ensure_ascii=False), safe='')}"
