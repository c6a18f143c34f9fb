# SPDX-License-Identifier: GPL-3.0-or-later
"""A hook of mkdocs: files from outside of docs/ join the site, and the decisions get a page that lists them.

In the repository a link is a path that its host follows, as `docs/decisions` in ARCHITECTURE.md. In the site these
pages stand beside those of docs/, so links lose that folder on their way.
"""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

CHECKOUT = Path(__file__).parents[2]
PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
OTHERS = ("packaging/facteur.toml", "packaging/tariff-example.toml")
DECISIONS = "decisions/index.md"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is not in docs/."""
    for name in (*PAGES, *OTHERS):
        files.append(File.generated(config, name, abs_src_path=str(CHECKOUT / name)))
    files.append(File.generated(config, DECISIONS, content=list_decisions(CHECKOUT / "docs/decisions")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Make its links those of the site."""
    if page.file.src_uri not in PAGES:
        # From docs/ one folder up was the repository's top, which is the site's.
        depth = page.file.src_uri.count("/")
        markdown = markdown.replace("](" + "../" * (depth + 1), "](" + "../" * depth)
    return markdown.replace("](docs/decisions)", f"]({DECISIONS})").replace("](docs/", "](")


def list_decisions(folder: Path) -> str:
    """A page with all decisions, by their titles."""
    titles = {
        path.name: path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        for path in folder.glob("*.md")
    }
    rows = [f"- [{title}]({name})" for name, title in sorted(titles.items(), key=lambda item: item[1].casefold())]
    return "\n".join(("# Decisions", "", "Why something is as it is, one decision a page.", "", *rows, ""))
