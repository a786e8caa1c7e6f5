"""The rules of the house: floors, sizes, names, source files, locks, and what the wheel carries."""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from crawlers.catalogue import OURS, Catalogue
from crawlers.source import load_source

ROOT = Path(__file__).parent.parent
FLOORS = ("storage", "crawlers", "flows")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAX_LINES = 300
DRAWERS = re.compile(r"(?:^|_)(?:utils?|helpers?|common|misc|managers?)(?:$|_)")
LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)")
TRAPS = {
    "prefect": (">=3.8.8,<3.9", "3.9.0 and 3.9.1 ask for a certifi that could not be resolved"),
    "fastapi": ("<0.151", "0.151 crashes `prefect server start`"),
    "sqlalchemy": (">=2.0,<2.1", "with 2.1 no schedule of Prefect ever fires"),
}


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_imports_only_go_down() -> None:
    linted = lint_imports(ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_an_import_that_goes_up_breaks_the_contracts(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for floor in FLOORS:
        shutil.copytree(ROOT / floor, tmp_path / floor, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "crawlers" / "shortcut.py").write_text("import storage.folder\nimport flows.settings\n")
    linted = lint_imports(tmp_path)
    assert linted.returncode == 1
    assert "crawlers.shortcut -> storage.folder" in linted.stdout
    assert "crawlers.shortcut -> flows.settings" in linted.stdout


def test_no_python_file_is_longer_than_300_lines() -> None:
    lengths = {file.relative_to(ROOT): len(file.read_bytes().splitlines()) for file in python_files(*FLOORS, "tests")}
    too_long = {str(file): lines for file, lines in lengths.items() if lines > MAX_LINES}
    assert lengths and not too_long, f"split these by subject: {too_long}"


def test_no_module_is_a_drawer_for_everything() -> None:
    names = {file.relative_to(ROOT) for file in python_files(*FLOORS, "tests")}
    drawers = [str(name) for name in names if any(DRAWERS.search(part) for part in name.with_suffix("").parts)]
    assert names and not drawers, f"name these for their subject: {drawers}"


def test_the_house_has_its_rooms_at_the_top_and_no_others() -> None:
    rooms = {"crawlers", "flows", "storage", "tests", "deploy"}
    folders = {folder.name for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith(".")}
    packages = {folder for folder in folders if any((ROOT / folder).glob("*.py"))}
    assert rooms <= folders
    assert packages == rooms - {"deploy"}
    assert not list(ROOT.glob("*.py")), "code lives in a room"


def test_the_catalogue_holds_every_source_file_that_comes_with_warraq() -> None:
    catalogue = Catalogue()
    assert sorted(catalogue) == sorted(file.stem for file in OURS.rglob("*.y*ml"))


@pytest.mark.parametrize("file", sorted(OURS.rglob("*.y*ml")), ids=lambda file: file.stem)
def test_a_source_file_is_valid_and_lies_below_its_country(file: Path) -> None:
    source = load_source(file)
    assert file.relative_to(OURS).parts == (source.country.lower(), f"{source.id}.yaml")


def test_the_publisher_that_contributing_shows_is_valid(tmp_path: Path) -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(id: (\S+).*?)```", page, re.DOTALL)
    assert example is not None
    file = tmp_path / f"{example[2]}.yaml"
    file.write_text(example[1], encoding="utf-8")
    assert load_source(file).discover.feeds


def test_every_test_asserts_something() -> None:
    idle = []
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        code = functions(file)
        tests = (name for name in code if name.startswith("test_"))
        idle += [f"{file.name}::{name}" for name in tests if not asserts(code[name], code)]
    assert not idle, f"these tests cannot fail by what they find: {idle}"


def functions(file: Path) -> dict[str, ast.AST]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name: node for node in ast.walk(tree) if isinstance(node, kinds)}


def asserts(code: ast.AST, beside: dict[str, ast.AST]) -> bool:
    """Whether code holds an assertion on something that can differ, or calls a function of its file that does."""
    for node in ast.walk(code):
        if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant):
            return True
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("pytest.raises", "pytest.warns"):
            return True
    called = {node.func.id for node in ast.walk(code) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    others = {name: node for name, node in beside.items() if node is not code}
    return any(asserts(others[name], {}) for name in called & others.keys())


def pins(lock: str) -> dict[str, list[Version]]:
    """Versions by name; several where markers choose between them."""
    found: dict[str, list[Version]] = defaultdict(list)
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if pin := PIN.match(line):
            found[canonicalize_name(pin[1])].append(Version(pin[2]))
    return dict(found)


def unmet(requirements: Iterable[str], locked: dict[str, list[Version]]) -> list[str]:
    missing = []
    for requirement in map(Requirement, requirements):
        versions = locked.get(canonicalize_name(requirement.name), [])
        if not versions or not all(map(requirement.specifier.contains, versions)):
            missing.append(f"{requirement}: {', '.join(map(str, versions)) or 'not there'}")
    return missing


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_names_versions_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = [
        entry for entry in re.sub(r"\\\n", " ", text).splitlines() if entry and not entry.lstrip().startswith("#")
    ]
    odd = [entry[:80] for entry in entries if not PIN.match(entry) or " --hash=sha256:" not in entry]
    assert entries and not odd
    assert "://" not in text
    assert not re.search(r"--(?:extra-)?index|--find-links|^-[ief] ", text, re.MULTILINE)


def test_the_locks_pin_what_pyproject_asks_for() -> None:
    running, developing = map(pins, LOCKS)
    assert unmet(PYPROJECT["project"]["dependencies"], running) == [], "run `make lock`"
    assert unmet(PYPROJECT["dependency-groups"]["dev"], developing) == [], "run `make lock`"
    assert unmet(PYPROJECT["build-system"]["requires"], developing) == [], "run `make lock`"
    differing = {name for name in running if running[name] != developing.get(name)}
    assert not differing, f"one environment serves both locks: {differing}"


@pytest.mark.parametrize("name", TRAPS)
def test_a_version_known_to_break_prefect_is_never_locked(name: str) -> None:
    bounds, reason = TRAPS[name]
    assert all(SpecifierSet(bounds).contains(version) for version in pins("requirements.txt")[name]), reason
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    said = [line for line in lines if re.match(rf'\s*"{name}[<>=~!]', line)]
    assert len(said) == 1 and "# " in said[0], f"say next to the bound of {name}: {reason}"


def test_nothing_that_holds_boto3_back_is_locked() -> None:
    assert not {"s3fs", "aiobotocore"} & pins("requirements-dev.txt").keys()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed: `make test` installs it")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (file,) = folder.glob("*.whl")
    with zipfile.ZipFile(file) as opened:
        yield opened


def test_the_wheel_carries_everything_that_runs_and_no_tests(wheel: zipfile.ZipFile) -> None:
    carried = {name for name in wheel.namelist() if ".dist-info/" not in name}
    kinds = {".py", ".yaml", ".md"}
    ours = (file for floor in FLOORS for file in (ROOT / floor).rglob("*") if file.suffix in kinds)
    expected = {file.relative_to(ROOT).as_posix() for file in ours} | {"flows/prefect.yaml"}
    assert {name for name in carried if Path(name).suffix in kinds} == expected
    assert "flows/newsroom/articles/rafidain-tv.yaml" in carried
    assert not [name for name in carried if name.split("/")[0] not in FLOORS]


def test_the_wheel_installs_the_command_and_brings_the_deployments_and_the_licence(wheel: zipfile.ZipFile) -> None:
    about = {Path(name).name: wheel.read(name) for name in wheel.namelist() if ".dist-info/" in name}
    assert b"warraq = flows.cli:main" in about["entry_points.txt"]
    assert b"Apache License" in about["LICENSE"]
    assert wheel.read("flows/prefect.yaml") == (ROOT / "deploy" / "prefect.yaml").read_bytes()
