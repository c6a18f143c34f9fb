# SPDX-License-Identifier: GPL-3.0-or-later
"""That a fax has come into its folder is told to its owners, and to nobody else: two users on a real bus."""

from __future__ import annotations

import asyncio
import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faxcore.bus import client
from faxcore.contract.received_fax import Reception, ReceptionChange
from tests.support.bus_fixture import private_bus
from tests.support.service_fixture import as_nobody, needs_root, public_folder, service
from tests.support.waiting import until

CONFIG = """
[folders]
state = "{folder}/state"
received = "{folder}/received"
[[line]]
name = "line-1"
device = "/nowhere/1"
numbers = [{ number = "0199000001", owners = ["ME"], folder = "{folder}/public/ours" }]
[[line]]
name = "line-2"
device = "/nowhere/2"
numbers = [{ number = "0199000002", owners = ["nobody"], folder = "{folder}/public/his" }]
""".replace("ME", getpass.getuser())


@contextmanager
def serving_without_folders() -> Iterator[tuple[str, Path]]:
    """A service whose folders of received faxes are links that lead nowhere, which anybody may replace. Each line has
    a fax at once, and one that has its folder looked at again.
    """
    with public_folder() as folder, private_bus(folder / "bus") as address:
        for name in ("public", "go"):
            (folder / name).mkdir()
            (folder / name).chmod(0o777)
        ring = {}
        for line, number, name in (("line-1", "0199000001", "ours"), ("line-2", "0199000002", "his")):
            (folder / "public" / name).symlink_to("nowhere")
            one: dict[str, object] = {"pages": 1, "end": "ok", "called": number}
            ring[line] = [one, one | {"when": str(folder / "go" / name)}]
        (folder / "script.json").write_text(json.dumps({"ring": ring}))
        (folder / "facteur.toml").write_text(CONFIG.replace("{folder}", str(folder)))
        with service(folder, address):
            yield address, folder


def give(public: Path, folder: str) -> None:
    """Put a folder that everybody may read where a link led nowhere."""
    made = public / f"{folder}-is-here"
    made.mkdir()
    made.chmod(0o777)
    (public / folder).unlink()
    (public / folder).symlink_to(made)


@needs_root
def test_that_a_fax_is_in_its_folder_is_told_to_its_owners_only() -> None:
    with serving_without_folders() as (address, folder):
        public, go = folder / "public", folder / "go"

        async def listen() -> dict[str, list[str]]:
            heard: dict[str, list[str]] = {"arrived": [], "changed": []}

            def changed(change: ReceptionChange) -> None:
                if change.reception.pdf:
                    heard["changed"].append(change.reception.id)

            def arrived(reception: Reception) -> None:
                heard["arrived"].append(reception.id)

            async with client.connect(address) as desk:
                desk.on_reception_arrived, desk.on_reception_changed = arrived, changed
                await desk.register()
                await until("his fax", lambda: heard["arrived"])
                give(public, "ours")
                (go / "ours").touch()
                # Each fax is a TIFF and a PDF; ours have been told of before his are looked at.
                await until("our files", lambda: len(list((public / "ours").glob("*.pdf"))) == 2)
                give(public, "his")
                (go / "his").touch()
                await until("his files", lambda: heard["changed"] and len(heard["arrived"]) == 2)
            return heard

        heard = as_nobody(listen)

        async def ours() -> list[Reception]:
            async with client.connect(address) as desk:
                return await desk.list_receptions()

        own = {each.id for each in asyncio.run(ours())}
        assert len(own) == 2 and not own & {id for ids in heard.values() for id in ids}
        assert heard["changed"] == heard["arrived"][:1]
