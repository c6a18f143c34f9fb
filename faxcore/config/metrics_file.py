# SPDX-License-Identifier: GPL-3.0-or-later
"""[metrics]: the file in which the service writes down its own figures."""

from __future__ import annotations

from pathlib import Path

from faxcore.config.table import Table


def read_metrics_file(table: Table) -> Path | None:
    """[metrics]; None: no file is written."""
    file = table.path("file") if "file" in table else None
    if file is not None and file.suffix != ".prom":
        raise table.error("file", "must end in .prom, or node_exporter does not read it")
    table.finish()
    return file
