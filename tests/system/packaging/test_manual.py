# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual as a site: it is built from a copy of the checkout, and a fault in it ends the build."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COPIED = ("docs", "packaging", "faxcore", "faxdialog", "notifier")
WINDOWS = ("dialog", "faxes", "contacts", "tray")
PICTURES = [f"{language}/{window}.png" for language in ("en", "fr") for window in WINDOWS]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for page in ROOT.glob("*.md"):
        shutil.copy(page, tmp_path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


def build(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([checkout / "packaging/manual"], capture_output=True, text=True, timeout=50)


def test_the_site_has_its_pages_and_new_pictures_of_the_windows(checkout: Path) -> None:
    shutil.rmtree(checkout / "build", ignore_errors=True)
    there = sorted(path.name for path in checkout.iterdir())
    before = {name: (checkout / "docs/pictures" / name).read_bytes() for name in PICTURES}
    built = build(checkout)
    assert built.returncode == 0, built.stdout + built.stderr
    site = checkout / "build/site"
    for page in (
        "index",
        "user/send",
        "fr/send",
        "troubleshooting",
        "bus",
        "ARCHITECTURE",
        "decisions/manual-by-mkdocs",
    ):
        assert (site / f"{page}.html").exists()
    decisions = (site / "decisions/index.html").read_text(encoding="utf-8")
    assert all(f'href="{path.stem}.html"' in decisions for path in (ROOT / "docs/decisions").glob("*.md"))
    assert all((site / "pictures" / name).stat().st_size > 1000 for name in PICTURES)
    assert sorted(path.name for path in checkout.iterdir()) == sorted([*there, "build"])
    assert before == {name: (checkout / "docs/pictures" / name).read_bytes() for name in PICTURES}


@pytest.mark.parametrize(
    ("page", "text", "told"),
    [
        ("docs/people.md", "[x](nowhere.md)", "nowhere.md"),
        ("docs/people.md", "[x](lines.md#nowhere)", "#nowhere"),
        ("docs/forgotten.md", "# Forgotten", "forgotten.md"),
        ("ARCHITECTURE.md", "[x](docs/nowhere.md)", "nowhere.md"),
        ("docs/people.md", '<img src="https://example.org/x.png">', "from the network"),
    ],
)
def test_a_fault_in_a_page_ends_the_build_and_is_named(checkout: Path, page: str, text: str, told: str) -> None:
    with (checkout / page).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{text}\n")
    built = build(checkout)
    assert built.returncode != 0
    assert told in built.stdout + built.stderr
