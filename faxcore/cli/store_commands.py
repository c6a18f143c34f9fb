# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl store migrate --to URL`: the database moves to another one, while the service is stopped."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from faxcore.config import Config, ConfigError
from faxcore.config.configuration import find_and_load
from faxcore.i18n import gettext as _
from faxcore.store.opening import is_database_url, sqlite_url
from faxcore.store.state_lock import StateLocked, lock_state_folder
from faxcore.store.store_error import StoreError
from faxcore.store.transfer import copy_database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command and its options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    migrate = actions.add_parser(
        "migrate", help=_("copy everything into another, empty database; the service is stopped")
    )
    migrate.add_argument(
        "--to", required=True, metavar="URL", help=_("the other one, as postgresql://facteur@localhost/facteur")
    )
    migrate.add_argument("--config", type=Path, metavar="FILE", help=_("the configuration of the service"))
    migrate.set_defaults(run_here=run_migrate)


def run_migrate(options: argparse.Namespace) -> int:
    """`faxctl store migrate`."""
    if not is_database_url(options.to):
        sentence = _("{url} is not the URL of a database; it should look like postgresql://facteur@localhost/facteur.")
        print(sentence.format(url=options.to), file=sys.stderr)
        return 1
    try:
        config = find_and_load(options.config)
        with lock_state_folder(config.state):
            total = copy_database(database_url(config), options.to, _tell)
    except StateLocked as error:
        print(
            _("The fax service is running with {folder}: stop it first.").format(folder=error.folder), file=sys.stderr
        )
        return 1
    except OSError as error:
        sentence = _("Nothing was changed. {path}: {cause}. Run this as root.")
        values = {"path": str(error.filename or ""), "cause": error.strerror or str(error)}
        print(sentence.format(**values), file=sys.stderr)
        return 1
    except (ConfigError, StoreError) as error:
        print(_("Nothing was changed: {reason}").format(reason=error), file=sys.stderr)
        return 1
    print(_("{rows} rows were copied and compared. Now write into the configuration:").format(rows=total))
    print(f'\n[store]\nurl = "{options.to}"')
    return 0


def database_url(config: Config) -> str:
    """The URL of the database that a service with this configuration uses."""
    return config.store.url or sqlite_url(config.state / "facteur.db")


def _tell(table: str, rows: int) -> None:
    print(f"{table:16} {rows:>9}")
