# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole service with scripted line workers, on the bus at ADDRESS and at FOLDER/socket:
python -m tests.support.serve FOLDER ADDRESS

Its configuration is FOLDER/facteur.toml, or else one fake line, one budget line and one limit. With a file
FOLDER/priced, that is the tariff of sales, and the carrier's. With a file FOLDER/composing, pages are composed as they
are where Facteur is installed; else they go out as they are. With a file FOLDER/twice, drafts go to new numbers only if
these are typed twice.
"""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

from faxcore.config import BillingConfig, BudgetConfig, DialogConfig, LimitConfig, TariffText, load
from faxcore.contract.limited import Counted
from faxcore.daemon import Daemon
from faxcore.document.compose import compose
from faxcore.journal import set_up_log
from faxcore.store.state_lock import lock_state_folder
from tests.support import service_parts

BUDGETS: Final = (BudgetConfig("4711", "Legal advice"),)
LIMITS: Final = (LimitConfig("All", Counted.PAGES, 1000),)


async def main(folder: Path, address: str) -> None:
    file = folder / "facteur.toml"
    read = (lambda: load(file)) if file.exists() else None
    priced = folder / "priced"
    tariff = TariffText(priced, priced.read_text()) if priced.exists() else None
    billing = BillingConfig(tariff, tariff)
    dialog = DialogConfig(type_new_numbers_twice=(folder / "twice").exists())
    made = service_parts.configured(folder, budgets=BUDGETS, limits=LIMITS, billing=billing, dialog=dialog)
    config = made if read is None else read()
    changes = {"composer": compose} if (folder / "composing").exists() else {}
    daemon = Daemon(config, address, service_parts.parts(folder, **changes), read, folder / "socket")
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, daemon.stop)
    running = asyncio.create_task(daemon.run())
    ready = asyncio.create_task(daemon.ready.wait())
    await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
    print("ready" if ready.done() else "failed", flush=True)
    await running


if __name__ == "__main__":
    _folder = Path(sys.argv[1])
    set_up_log("INFO", "faxcore", "%(levelname)s %(name)s: %(message)s")
    with lock_state_folder(_folder / "state"):
        asyncio.run(main(_folder, sys.argv[2]))
