"""docs/licences.md has a true line for every package a server installs."""

import re
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = set(re.findall(r"^([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==", LOCK, re.MULTILINE))
# What the older classifiers, and words of the older field, can stand for.
CLASSIFIERS = {
    "Apache Software License": {"Apache-2.0"},
    "BSD License": {"BSD-2-Clause", "BSD-3-Clause"},
    "GNU Lesser General Public License v3 (LGPLv3)": {"LGPL-3.0-only"},
    "ISC License (ISCL)": {"ISC"},
    "MIT License": {"MIT"},
    "MIT Licence": {"MIT"},
    "Mozilla Public License 2.0 (MPL 2.0)": {"MPL-2.0"},
    "Python Software Foundation License": {"PSF-2.0"},
}
# For a package that names its licence by nothing but the text of it.
LICENCE_TITLES = {"The MIT License (MIT)": "MIT"}


def table(heading: str) -> dict[str, str]:
    """Return the first two columns of the table under a heading of docs/licences.md."""
    text = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    section = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return {row[0].strip(" `"): row[1].strip(" `") for row in rows[2:]}


def titles(name: str) -> set[str]:
    """Return the licences whose text begins a licence file of a package."""
    files = [file for file in metadata.files(name) or [] if file.parent.name == "licenses"]
    first_lines = {file.read_text(encoding="utf-8").partition("\n")[0] for file in files}
    return {LICENCE_TITLES[line] for line in first_lines & LICENCE_TITLES.keys()}


def stated(package: metadata.PackageMetadata) -> set[str]:
    """Return the licences that a package's metadata allows it to have."""
    fields = package.json
    if "license_expression" in fields:
        return {str(fields["license_expression"])}
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in fields.get("classifier", [])
        if line.startswith("License ::")
    ]
    possible = {name for line in classifiers for name in CLASSIFIERS.get(line, {line})}
    licence = str(fields.get("license", ""))
    if not possible and not licence:
        return titles(str(fields["name"]))
    if licence in possible:
        return {licence}
    # The two may differ: pi-heif's code is BSD, what its wheel carries is LGPL.
    return possible | CLASSIFIERS.get(licence, {licence} if licence else set())


def test_every_locked_package_has_a_line() -> None:
    assert set(table("Packages")) == LOCKED


def test_every_licence_in_use_is_known_to_fit() -> None:
    assert set(table("Packages").values()) == set(table("Licences"))


@pytest.mark.parametrize("name", sorted(LOCKED))
def test_the_line_says_what_the_package_says(name: str) -> None:
    try:
        package = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        pytest.skip("not for this platform or Python")
    assert stated(package) >= {table("Packages")[name]}


def test_the_licence_of_the_product_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.lstrip().startswith("GNU AFFERO GENERAL PUBLIC LICENSE")
    assert "END OF TERMS AND CONDITIONS" in text
