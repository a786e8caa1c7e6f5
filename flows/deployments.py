"""Register the deployments of `deploy/prefect.yaml` on a Prefect server.

`prefect deploy` reads the same file. We add what it cannot: the known sources as choices in the form, which the server
then enforces, the automations for lost runs and for alerts, and care for the schedules a user has set: only the first
registration writes schedules, for Prefect replaces all of a deployment's schedules at once."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from storage.errors import UsageError

from .alerts import ensure_alerts
from .automations import ensure_automations
from .prefect_api import prefect_client
from .prefect_server import ensure_pool

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.orchestration import SyncPrefectClient


class InvalidDeployments(UsageError):
    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(f"{file}: {problem}")


class _Pool(BaseModel):
    name: str
    job_variables: dict[str, Any] = Field(default_factory=dict)


class _Limit(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int
    collision_strategy: Literal["ENQUEUE", "CANCEL_NEW"] = "ENQUEUE"


class _Schedule(BaseModel):
    """One of `cron` or `interval`."""

    model_config = ConfigDict(extra="forbid")

    cron: str | None = None
    interval: float | None = None  # seconds
    timezone: str = "UTC"
    active: bool = True
    slug: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)


class Deployment(BaseModel):
    """One entry of the file; of Prefect's keys, those we use."""

    model_config = ConfigDict(extra="forbid")

    name: str
    entrypoint: str  # module.flow: the code is installed where the worker runs
    work_pool: _Pool
    description: str = ""
    tags: list[str] = Field(default_factory=list)
    parameters: dict[str, Any] = Field(default_factory=dict)
    concurrency_limit: _Limit | None = None
    schedules: list[_Schedule] = Field(default_factory=list)


class _File(BaseModel):
    deployments: list[Deployment]


def deployments_file() -> Path:
    """The file as installed, or as it lies in a checkout."""
    installed = Path(str(resources.files(__package__) / "prefect.yaml"))
    return installed if installed.is_file() else Path(__file__).parent.parent / "deploy" / "prefect.yaml"


def read_deployments(file: Path) -> list[Deployment]:
    """Raises InvalidDeployments, which names the file and the place."""
    try:
        return _File.model_validate(yaml.safe_load(file.read_text("utf-8"))).deployments
    except (OSError, yaml.YAMLError) as error:
        raise InvalidDeployments(file, str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidDeployments(file, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def register(
    api_url: str | None = None,
    *,
    file: Path | None = None,
    only: Collection[str] | None = None,
    choices: Mapping[str, Sequence[str]] | None = None,
) -> list[str]:
    """Create or update the deployments, their work pools and the automations; twice is once.

    `api_url` None: the server of the user's Prefect settings. `only`: names of deployments, None for all.
    `choices`: for a list parameter, the values its items may have; the form shows them, the server refuses
    others. Returns names as Prefect spells them, "flow/deployment", in file order.
    Raises PrefectUnreachable, InvalidDeployments, InvalidSetting."""
    file = file or deployments_file()
    wanted = [entry for entry in read_deployments(file) if only is None or entry.name in only]
    for pool in sorted({entry.work_pool.name for entry in wanted}):
        ensure_pool(api_url, pool)
    with prefect_client(api_url) as client:
        names = [_register_one(client, file, entry, choices or {}) for entry in wanted]
    ensure_automations(api_url)
    ensure_alerts(api_url)
    return names


def _register_one(
    client: SyncPrefectClient, file: Path, entry: Deployment, choices: Mapping[str, Sequence[str]]
) -> str:
    from prefect.client.schemas.actions import DeploymentUpdate
    from prefect.exceptions import ObjectNotFound

    flow = _load_flow(file, entry)
    name = f"{flow.name}/{entry.name}"
    facts = _facts(entry, form_of(flow, choices))
    try:
        existing = client.read_deployment_by_name(name)
    except ObjectNotFound:
        flow_id = client.create_flow_from_name(flow.name)
        client.create_deployment(flow_id, entry.name, schedules=_schedules(entry), **facts)
        return name
    client.update_deployment(existing.id, DeploymentUpdate.model_validate(facts))
    return name


def _facts(entry: Deployment, form: dict[str, Any]) -> dict[str, Any]:
    """What a first and a repeated registration both write."""
    from prefect.client.schemas.objects import ConcurrencyOptions

    facts: dict[str, Any] = {
        "entrypoint": entry.entrypoint,
        "description": entry.description,
        "tags": entry.tags,
        "work_pool_name": entry.work_pool.name,
        "job_variables": entry.work_pool.job_variables,
        "parameter_openapi_schema": form,
        "enforce_parameter_schema": True,
    }
    if entry.parameters:
        facts["parameters"] = entry.parameters
    if entry.concurrency_limit:
        facts["concurrency_limit"] = entry.concurrency_limit.limit
        facts["concurrency_options"] = ConcurrencyOptions.model_validate(
            {"collision_strategy": entry.concurrency_limit.collision_strategy}
        )
    return facts


def _load_flow(file: Path, entry: Deployment) -> Flow[..., Any]:
    from prefect.exceptions import MissingFlowError
    from prefect.flows import load_flow_from_entrypoint

    try:
        return load_flow_from_entrypoint(entry.entrypoint, use_placeholder_flow=False)
    except (ImportError, MissingFlowError, ValueError) as error:
        raise InvalidDeployments(file, f"{entry.name}: no flow at {entry.entrypoint!r}: {error}") from error


def form_of(flow: Flow[..., Any], choices: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """The flow's parameters as the JSON schema of its form, with titles, descriptions and choices put in.

    Prefect 3.8 takes descriptions from an "Args:" section only and drops those of `Annotated[..., Field()]`."""
    from prefect.utilities.callables import parameter_schema

    form: dict[str, Any] = parameter_schema(flow).model_dump()
    properties: dict[str, dict[str, Any]] = form["properties"]
    for name, parameter in inspect.signature(flow.fn, eval_str=True).parameters.items():
        for field in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(field, FieldInfo):
                words = {"title": field.title, "description": field.description}
                properties[name] |= {key: text for key, text in words.items() if text}
        properties[name] = _may_stay_empty(properties[name])
    for name, values in (choices or {}).items():
        if name in properties:
            properties[name]["items"] = {"type": "string", "enum": list(values)}
    return form


def _may_stay_empty(field: dict[str, Any]) -> dict[str, Any]:
    """A field that may hold nothing, as one that may be left empty: the UI else shows a switch between types.

    Prefect takes null for a field that is not required and names no default."""
    others: list[dict[str, Any]] = [kind for kind in field.get("anyOf", ()) if kind != {"type": "null"}]
    if len(others) != 1 or field.get("default") is not None:
        return field
    return {key: value for key, value in field.items() if key not in ("anyOf", "default")} | others[0]


def _schedules(entry: Deployment) -> list[Any]:
    from prefect.client.schemas.actions import DeploymentScheduleCreate

    return [
        DeploymentScheduleCreate.model_validate(
            {
                "schedule": schedule.model_dump(include={"cron", "interval", "timezone"}, exclude_none=True),
                "active": schedule.active,
                "slug": schedule.slug,
                "parameters": schedule.parameters,
            }
        )
        for schedule in entry.schedules
    ]
