# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the man pages of every program, in English and French, from the parsers of their command lines.

python debian/man.py SERVICE DESKTOP LANGUAGE      (the folders of both packages, staged already)
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import NamedTuple


class Page(NamedTuple):
    """A man page."""

    program: str
    section: int
    module: str
    english: str
    french: str


SERVICE = (
    Page("faxctl", 1, "faxcore.cli.main", "fax from the command line", "télécopier en ligne de commande"),
    Page("faxcore", 8, "faxcore.daemon", "the fax service", "le service de fax"),
    Page("facteur-exchange", 1, "faxcore.exchange.__main__", "a simulated telephone exchange", "un central simulé"),
)
DESKTOP = (
    Page("faxdialog", 1, "faxdialog.__main__", "send documents as a fax", "envoyer des documents par fax"),
    Page("facteur-notifier", 1, "notifier.__main__", "the fax icon in the panel", "l’icône du fax"),
)
SEE_ALSO = (
    "The manual is in /usr/share/doc/facteur; all keys of the configuration, in its examples.",
    "Le manuel est dans /usr/share/doc/facteur ; toutes les clés de la configuration, dans ses exemples.",
)
FRENCH_HEADINGS = {".SH NAME": ".SH NOM", ".SH POSITIONAL ARGUMENTS": ".SH ARGUMENTS", ".SH SEE ALSO": ".SH VOIR AUSSI"}


def main() -> int:
    """Write the pages of one language, which the environment names, too: a program speaks one."""
    service, desktop, language = sys.argv[-3:]
    write_pages(Path(service), SERVICE, language)
    write_pages(Path(desktop), DESKTOP, language)
    return 0


def write_pages(root: Path, pages: tuple[Page, ...], language: str) -> None:
    """Write the pages of a package in one language."""
    for page in pages:
        place = root / "usr/share/man" / ("" if language == "en" else language) / f"man{page.section}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{page.program}.{page.section}").write_text(format_page(page, language), "utf-8")


def format_page(page: Page, language: str) -> str:
    """Format a page as roff."""
    from argparse_manpage.manpage import Manpage

    parser = importlib.import_module(page.module).make_parser()
    fill(parser)
    parser.man_short_description = page.english if language == "en" else page.french
    text = str(Manpage(parser, format="single-commands-section"))
    heading, _newline, rest = text.partition("\n")
    title = f'.TH {page.program.upper()} "{page.section}" "" "facteur" "Facteur"'
    if not heading.startswith(".TH"):
        raise SystemExit(f"argparse-manpage writes another head: {heading}")
    text = f"{title}\n{rest.rstrip()}\n.SH SEE ALSO\n{SEE_ALSO[language == 'fr']}\n"
    if language == "fr":
        for english, french in FRENCH_HEADINGS.items():
            text = text.replace(f"{english}\n", f"{french}\n")
    return text


def fill(parser: argparse.ArgumentParser) -> None:
    """Make the options of each command, which it makes otherwise when it is given."""
    if hasattr(parser, "complete"):
        parser.complete()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                fill(command)


if __name__ == "__main__":
    sys.exit(main())
