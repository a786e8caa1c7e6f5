"""The files in deploy/: every setting they name exists, every setting is named, and what must not open stays shut."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.settings import Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
FILES = sorted(file for file in DEPLOY.rglob("*") if file.is_file() and file.suffix != ".txt")
OURS = {f"WARRAQ_{name.upper()}" for name in Settings.model_fields}
# Of prefect-redis, which only the image has; as its 0.3.0 reads them.
REDIS = {f"PREFECT_REDIS_MESSAGING_{name}" for name in ("HOST", "PORT", "DB")}


def prefect_variables() -> set[str]:
    from prefect.settings.legacy import _get_settings_fields
    from prefect.settings.models.root import Settings as PrefectSettings

    found = _get_settings_fields(PrefectSettings)
    return {name.upper() for name in found} | logging_variables()


def logging_variables() -> set[str]:
    """Those that change a logger's level in Prefect's logging.yml."""
    from prefect.logging.configuration import DEFAULT_LOGGING_SETTINGS_PATH

    loggers = yaml.safe_load(DEFAULT_LOGGING_SETTINGS_PATH.read_text("utf-8"))["loggers"]
    return {f"PREFECT_LOGGING_LOGGERS_{name.replace('.', '_').upper()}_LEVEL" for name in loggers}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(DEPLOY)))
def test_every_variable_that_a_file_names_is_read_by_somebody(file: Path) -> None:
    text = file.read_text("utf-8")
    named = set(re.findall(r"\b(?:WARRAQ|PREFECT)_[A-Z0-9_]*[A-Z0-9]\b", text))
    assert named - OURS - REDIS - prefect_variables() == set()


def test_every_setting_stands_in_the_example_and_in_the_readme() -> None:
    example, readme = ((ROOT / name).read_text("utf-8") for name in ("deploy/.env.example", "README.md"))
    assert set(re.findall(r"^(?:# )?(WARRAQ_\w+)=", example, re.MULTILINE)) == OURS
    assert {name for name in OURS if f"`{name}`" not in readme} == set()


def test_compose_gives_each_worker_a_spool_and_opens_nothing_to_others() -> None:
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    workers = [service for name, service in services.items() if name.startswith("worker-")]
    assert len(workers) >= 2 and len({service["volumes"][0] for service in workers}) == len(workers)
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)
    ours = [service for service in services.values() if "build" in service]
    assert len(ours) >= 6 and all(service["read_only"] for service in ours)
    server, apart = services["prefect-server"]["command"], services["prefect-services"]["command"]
    assert "--no-services" in server and apart[:3] == ["prefect", "server", "services"]
    secrets = re.findall(
        r"\$\{(\w*(?:PASSWORD|SECRET|AUTH)\w*)(:?[^}]*)\}", (DEPLOY / "compose.yaml").read_text("utf-8")
    )
    assert secrets and {rest for _, rest in secrets} == {":?"}  # none has a default


def test_on_kubernetes_nothing_of_ours_runs_as_root_or_writes_to_its_root() -> None:
    items = yaml.safe_load((DEPLOY / "kubernetes" / "warraq.yaml").read_text("utf-8"))["items"]
    pods = [item["spec"]["template"]["spec"] for item in items if item["kind"] in ("Deployment", "Job")]
    template = json.loads((DEPLOY / "kubernetes" / "work-pool.json").read_text("utf-8"))
    pods.append(template["job_configuration"]["job_manifest"]["spec"]["template"]["spec"])
    assert len(pods) == 5
    for pod in pods:
        assert pod["securityContext"]["runAsNonRoot"] is True
        for container in [*pod.get("initContainers", []), *pod["containers"]]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["allowPrivilegeEscalation"] is False
    variables = set(re.findall(r"\{\{ (\w+) \}\}", json.dumps(template["job_configuration"])))
    assert variables == template["variables"]["properties"].keys()


def test_the_work_pool_takes_the_job_variables_of_the_deployments() -> None:
    from flows.deployments import deployments_file, read_deployments

    known = json.loads((DEPLOY / "kubernetes" / "work-pool.json").read_text("utf-8"))["variables"]["properties"].keys()
    for entry in read_deployments(deployments_file()):
        assert entry.work_pool.job_variables.keys() <= known, entry.name


def test_the_image_runs_as_nobody_and_from_the_locks() -> None:
    lines = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert "USER 10001:10001" in lines and "HEALTHCHECK" in lines
    assert lines.count("--require-hashes") == 2
