"""What is installed is exact, checked by hash, free to come from any mirror, and no larger than it must be."""

from __future__ import annotations

import json
import re
import tomllib
from importlib import metadata

import pytest

from tests.house.tree import ROOT, files, name, text

LISTS = sorted((ROOT / "requirements").glob("*.txt"))
PINNED = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^ ;\\]+)(?P<marker> ;[^\\]*)?"
    r"(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)$"
)

# In pieces, so that this file does not name them either.
HOSTS = [
    ".".join(pieces)
    for pieces in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("packages", "debian", "org"),
        ("snapshot", "debian", "org"),
    )
]


def requirements(path):
    """The entries of a list, each with its hashes."""
    return [entry for entry in re.split(r"\n(?=\S)", path.read_text().strip()) if not entry.startswith("#")]


def canonical(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


@pytest.mark.parametrize("path", LISTS, ids=name)
def test_every_requirement_is_an_exact_version_with_hashes(path):
    """The same files on every machine, or none."""
    odd = [entry.partition("\n")[0] for entry in requirements(path) if not PINNED.match(entry)]

    assert [] == odd


def test_no_file_names_a_registry():
    """Who runs Vitalreel decides where packages come from; an address in a lock would decide for them."""
    named = [name(path) for path in files() for host in HOSTS if host in text(path)]

    assert [] == named


@pytest.mark.parametrize("folder", ["player", "benchmarks/render/remotion"])
def test_npm_locks_have_hashes_and_no_addresses(folder):
    """npm writes the address of each package unless told not to (.npmrc)."""
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    installed = {place: package for place, package in packages.items() if place}

    assert [] == [place for place, package in installed.items() if "resolved" in package]
    assert [] == [place for place, package in installed.items() if "integrity" not in package]


@pytest.mark.parametrize("path", LISTS, ids=name)
def test_nothing_brings_torch(path):
    """It would add some 3 GB to a product that needs none of it."""
    heavy = [entry.partition("=")[0] for entry in requirements(path) if re.match(r"torch|nvidia|triton|cuda", entry)]

    assert [] == heavy


def test_the_lists_hold_what_pyproject_asks_for():
    """A version changed in pyproject.toml without `make lock` would be installed nowhere."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {"run": project["project"]["dependencies"]}
    wanted["test"] = wanted["run"] + project["dependency-groups"]["test"]
    missing = []
    for kind, asked in wanted.items():
        listed = dict(PINNED.match(e).group("name", "version") for e in requirements(ROOT / f"requirements/{kind}.txt"))
        for one in asked:
            package, _, version = re.sub(r"\[.*?\]", "", one).partition("==")
            if canonical(package) not in listed or version not in ("", listed[canonical(package)]):
                missing.append((kind, one))

    assert [] == missing


def test_the_test_list_holds_the_run_list():
    """What is tested is what runs; set-up relies on it too."""
    run, test = (set(requirements(ROOT / f"requirements/{kind}.txt")) for kind in ("run", "test"))

    assert set() == run - test


def test_every_package_with_a_reciprocal_licence_is_in_the_notice():
    """GPL, LGPL and MPL oblige whoever passes the product on; the notice tells them."""
    notice = (ROOT / "NOTICE").read_text().lower()
    silent = []
    for entry in requirements(ROOT / "requirements" / "run.txt"):
        package = entry.partition("==")[0]
        try:
            about = metadata.metadata(package)
        except metadata.PackageNotFoundError:
            continue  # for another platform
        licence = " ".join([about.get("License-Expression") or "", *(about.get_all("Classifier") or [])])
        if re.search(r"GPL|MPL|Mozilla|General Public", licence) and package not in notice:
            silent.append(package)

    assert [] == silent
