# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon with lines that are played: `python -m tests.benchmarks.service.daemon_process WORKER FOLDER [arguments of
faxcore]`.
"""

import sys
from pathlib import Path

from faxcore import daemon
from faxcore.service import Parts
from tests.support.service_parts import plain_composer


def main(worker: str, folder: Path, arguments: list[str]) -> int:
    """Be `faxcore`, but for the lines' workers and what composes their pages."""
    command = [sys.executable, "-m", worker, str(folder)]
    parts = Parts(worker=lambda line: [*command, line.name], composer=plain_composer)
    return daemon.main(arguments, parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
