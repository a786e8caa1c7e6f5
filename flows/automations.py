"""What the Prefect server does by itself for our runs.

A run whose process and worker are killed at one stroke has nobody left to report it. Flow processes send a
heartbeat every 30 s (deploy/prefect.yaml sets it); the automation here sets a run to Crashed when three
stay out. It looks only at runs tagged `warraq`: elsewhere on a shared server heartbeats may be rarer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from .prefect_api import prefect_client

if TYPE_CHECKING:
    from prefect.events.schemas.automations import AutomationCore

TAG = "warraq"
HEARTBEAT_S = 30  # the least Prefect allows
SILENCE_S = 3 * HEARTBEAT_S

_BEAT = "prefect.flow-run.heartbeat"
_RUNNING = "prefect.flow-run.Running"
_ENDS = ("Completed", "Failed", "Cancelled", "Cancelling", "Crashed", "Paused", "Suspended")


def ensure_automations(api_url: str | None = None) -> list[str]:
    """Create what is missing and return all names. One that is as it should be is not touched: an update
    would make Prefect forget the runs it is waiting for. Raises PrefectUnreachable."""
    wanted = [_crash_lost_runs()]
    with prefect_client(api_url) as client:
        for automation in wanted:
            found = client.read_automations_by_name(automation.name)
            if not found:
                client.create_automation(automation)
            elif _content(found[0]) != _content(automation):
                client.update_automation(found[0].id, automation)
    return [automation.name for automation in wanted]


def _crash_lost_runs() -> AutomationCore:
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
    from prefect.events.schemas.events import ResourceSpecification

    silence = EventTrigger(
        after={_RUNNING, _BEAT},  # a run killed in its first second has sent no heartbeat
        expect={_BEAT, *(f"prefect.flow-run.{end}" for end in _ENDS)},
        match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
        match_related=ResourceSpecification(
            {"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"}
        ),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=timedelta(seconds=SILENCE_S),
    )
    # Never with force: when events arrive out of order, a finished run looks silent too. The server then
    # refuses the change, which is right, and logs a warning.
    crash = ChangeFlowRunState(
        state=StateType.CRASHED,
        name="Crashed",
        message=f"No sign of life for {SILENCE_S} s: its process and its worker are gone.",
    )
    return AutomationCore(
        name="warraq: no heartbeat",
        description="Sets a run to Crashed when its process and its worker were killed at one stroke.",
        tags=[TAG],
        trigger=silence,
        actions=[crash],
    )


def _content(automation: AutomationCore) -> AutomationCore:
    """The part we write: without ids and states the server adds."""
    from prefect.events.schemas.automations import AutomationCore

    return AutomationCore.model_validate(automation.model_dump(include=set(AutomationCore.model_fields)))
