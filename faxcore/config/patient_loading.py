# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration loaded when the machine starts, perhaps before its directory of accounts answers.

A name that nobody knows is a mistake of whoever wrote it, and then another try is of no use. On a machine that asks a
directory, as SSSD, it may also be that this is away: then the names are looked for again for a while. The service ends
after that with a status that says so, and the init system starts it anew.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from faxcore import people
from faxcore.config import Config
from faxcore.config.toml_source import UnknownName

log = logging.getLogger(__name__)

TRIES: Final = 10
PAUSE_SECONDS: Final = 3.0
"""Between two tries; all of them together are shorter than a unit may take to start (90 s)."""


def load_patiently(load: Callable[[], Config], sleep: Callable[[float], None] = time.sleep) -> Config:
    """Give what `load` gives, which may be called again while a name is not known that a directory may know.
    ConfigError as of `load`.
    """
    for _try in range(TRIES - 1):
        try:
            return load()
        except UnknownName as error:
            if not people.has_directory():
                raise
            log.warning("%s. The directory of accounts may not answer yet: asked again in %g s", error, PAUSE_SECONDS)
        sleep(PAUSE_SECONDS)
    return load()
