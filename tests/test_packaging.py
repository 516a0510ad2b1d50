"""What is installed is what is in the tree, and the documents keep their promises."""

from __future__ import annotations

import fnmatch
import hashlib
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import fervideo
from fervideo import cli, resources
from fervideo.commands.models import markdown_table, shipped_rows
from fervideo.errors import FervideoError
from fervideo.session.schema import FIXED_COLUMNS, Status

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = {".safetensors", ".tflite", ".task", ".json", ".mp4", ".svg", ".png", ".md"}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def packages_on_disk() -> set[str]:
    roots = {"fervideo": "fervideo", "ui": "fervideo.ui"}
    roots |= {name: f"fervideo.{name}" for name in ("weights", "assets", "docs")}
    found = set()
    for folder, package in roots.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            found.add(".".join([package, *init.parent.relative_to(ROOT / folder).parts]))
    return found


def pins() -> dict[str, Version]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {plain(r.name): Version(str(r.specifier).removeprefix("==")) for r in found}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


def test_packages_are_those_on_disk(project: dict[str, Any]) -> None:
    assert set(project["tool"]["setuptools"]["packages"]) == packages_on_disk()


def test_every_folder_with_modules_is_a_package() -> None:
    for folder in ("fervideo", "ui"):
        for module in (ROOT / folder).rglob("*.py"):
            assert (module.parent / "__init__.py").is_file(), module


@pytest.mark.parametrize("folder", ["weights", "assets", "docs"])
def test_every_data_file_is_shipped(project: dict[str, Any], folder: str) -> None:
    patterns = project["tool"]["setuptools"]["package-data"][f"fervideo.{folder}"]
    files = [p for p in (ROOT / folder).rglob("*") if p.suffix in SHIPPED]
    assert files
    for file in files:
        path = file.relative_to(ROOT / folder)
        matches = any(fnmatch.fnmatch(str(path), p.removeprefix("**/")) for p in patterns)
        assert matches, f"{path} would be missing from the installed program"


def test_models_of_others_are_those_of_the_notice() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    details = (ROOT / "weights" / "NOTICE.md").read_text(encoding="utf-8")
    models = [p for p in (ROOT / "weights").iterdir() if p.suffix in {".tflite", ".task"}]
    assert len(models) == 3
    for model in models:
        assert f"weights/{model.name}" in notice
        assert hashlib.sha256(model.read_bytes()).hexdigest() in details


def test_constraints_pin_what_the_program_needs(project: dict[str, Any]) -> None:
    pinned = pins()
    wanted = project["project"]["dependencies"]
    extras = project["project"]["optional-dependencies"]
    for text in [*wanted, *(text for extra in extras.values() for text in extra)]:
        requirement = Requirement(text)
        if requirement.name == "fervideo":
            continue
        assert requirement.specifier.contains(pinned[plain(requirement.name)]), text


def test_one_opencv_and_no_other(project: dict[str, Any]) -> None:
    names = [plain(Requirement(text).name) for text in project["project"]["dependencies"]]
    assert [n for n in (*names, *pins()) if n.startswith("opencv")] == 2 * ["opencv-contrib-python"]


def test_the_change_log_knows_this_version() -> None:
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$", log, re.MULTILINE)
    assert versions[0] == fervideo.__version__


def document_commands() -> list[str]:
    """Every line of a code block in the documents that calls the program."""
    found = []
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for block in re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            lines = block.replace("\\\n", " ").splitlines()
            found += [line for line in lines if re.match(r"fervideo(\s|$)", line)]
    return found


def test_the_readme_shows_every_command() -> None:
    words = [shlex.split(line, comments=True) for line in document_commands()]
    shown = {line[1] for line in words if len(line) > 1}
    assert set(cli.COMMANDS) <= shown


def test_the_readme_shows_the_models_as_they_are() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert markdown_table(shipped_rows()) in readme, "run python scripts/update_readme.py"


def test_the_readme_installs_the_folder_that_its_tests_import() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for extra in ("dev", "train"):  # a copy lacks what `python -m` in this folder imports
        assert f'pip install -c constraints.txt -e ".[{extra}]"' in readme


def test_the_readme_explains_every_column_and_status() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for word in (*(column.name for column in FIXED_COLUMNS), *Status):
        assert f"`{word}`" in readme or word == Status.OK, word


@pytest.mark.parametrize("line", document_commands())
def test_commands_in_the_documents_are_understood(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    try:
        cli.parse(words)
    except SystemExit as end:
        assert end.code == 0, line  # --version, --help


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_in_the_documents_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
    local = [t for t in targets if "://" not in t]
    assert local
    for target in local:
        assert (ROOT / target).exists(), target


def test_a_missing_resource_is_one_sentence() -> None:
    with pytest.raises(FervideoError, match=r"found none at .*; install fervideo again"):
        resources.weights_file("nothing.json")
