# SPDX-License-Identifier: GPL-3.0-or-later
"""The folders that faxes are filed in, by the configuration."""

from __future__ import annotations

from pathlib import Path

from faxcore.config.configuration import Config


def list_received_folders(config: Config) -> set[Path]:
    """List every folder that a received fax may come into."""
    folders = {config.received}
    for line in config.all_lines():
        folders.add(line.folder or config.received)
        folders |= {number.folder for number in line.numbers if number.folder}
        folders |= {address.folder for address in line.sub_addresses if address.folder}
    return folders | {route.folder for route in config.routes if route.folder}


def list_archive_folders(config: Config) -> set[Path]:
    """List every folder of the archive of sent faxes, as far as it is the same for every fax."""
    archive = config.archive.folder
    if archive is None:
        return set()
    return {archive, *(archive / rule.fixed_folder for rule in config.archive.rules)}
