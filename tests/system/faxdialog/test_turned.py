# SPDX-License-Identifier: GPL-3.0-or-later
"""A landscape page before the real service: it goes out on its side, and a person sees it upright."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path

from faxcore.bus import client
from faxcore.contract.order import Order
from faxcore.contract.printed import Claim
from faxcore.document.renderer import render
from faxcore.document.tiff import read_pages
from tests.support.documents import pdf
from tests.system.faxdialog.conftest import until
from tests.system.faxdialog.real_service import office, opened

Play = Callable[[Awaitable[None]], None]
LANDSCAPE = (297.0, 210.0)


def draw(folder: Path) -> Path:
    """A landscape page, as the CUPS backend hands it in."""
    path = folder / "landscape.tif"
    (folder / "landscape.pdf").write_bytes(pdf(size=LANDSCAPE))
    with (folder / "landscape.pdf").open("rb") as document, path.open("w+b") as output:
        render(document, output=output)
    return path


def test_a_landscape_page_is_shown_upright_and_sent_on_its_side(play: Play) -> None:
    async def scenario() -> None:
        with office() as here:
            drawn = draw(here.folder)
            async with client.connect_intake(here.address) as intake, client.connect(here.address) as desk:
                with drawn.open("rb") as pages:
                    claim = Claim(user=getpass.getuser(), title="Wide")
                    draft = (await intake.submit(pages, None, claim)).id
                async with opened(here, draft=draft) as one:
                    one.type("last_name", "Petit")
                    await one.composed()
                    await until(lambda: one.dialog.preview.area.sheet.paper().width() > 0)
                    paper = one.dialog.preview.area.sheet.paper()
                    assert paper.width() > paper.height()
                    assert one.dialog.preview.turned.isVisible()
                job = await desk.submit_draft(draft, Order(number="0199000002"))
                with (here.folder / "sent.tif").open("w+b") as sent:
                    await desk.read_job(job, sent)
                [page] = read_pages(here.folder / "sent.tif")
                assert (page.turned, page.length > page.width.value) == (True, True)

    play(scenario())
