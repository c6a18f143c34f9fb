# SPDX-License-Identifier: GPL-3.0-or-later
"""Delivery receipts: one page of PDF with what became of a fax and a reduced picture of its first page. A process of
its own, since it opens that page.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import jinja2
from PIL import Image, ImageOps

from faxcore.contract.codec import decode, encode
from faxcore.contract.priced import CostSum, describe_costs
from faxcore.document import sandbox
from faxcore.document.cover_paper import Picture, write_pdf
from faxcore.document.inside import serve
from faxcore.document.layout import PIXELS_PER_MM
from faxcore.document.program import Program
from faxcore.document.sizes import PageSize
from faxcore.document.tiff import read_pages
from faxcore.i18n import environment_languages, show_sentence, translate, use_languages
from faxcore.i18n import gettext as _
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text

RECEIPT: Final = Program.of("faxcore.document.receipt")
_TEMPLATE: Final = Path(__file__).parent / "receipt.html"
_DOTS_A_MM: Final = 6
"""Of the picture: it is looked at, not read."""
_PICTURE_MM: Final = (120.0, 120.0)
"""The most that the picture is wide and high."""


@dataclass(frozen=True)
class Delivery:
    """The result of a fax, for its receipt."""

    delivered: bool
    recipient: Recipient
    person: str
    """The full name of its sender; empty if it is not known."""
    subject: str
    title: str
    ended: datetime
    """Local time."""
    pages: int
    confirmed: int
    seconds: float
    """Of all its calls, from the answer to hanging up."""
    calls: int
    remote_id: str
    reason: Sentence
    as_sent: bool
    """True if the page that is shown is the copy of what was sent."""
    costs: tuple[CostSum, ...] = ()
    """The cost of its calls together; empty: none of them has a price."""
    unpriced: int = 0
    """Those of its calls that have none."""
    languages: tuple[str, ...] = ()
    """First choice first; empty: the service's."""


async def write_receipt(page: BinaryIO, out: BinaryIO, delivery: Delivery) -> None:
    """Write the receipt, as PDF, with a picture of the first page of a TIFF. DocumentError if that cannot be."""
    wanted = encode(delivery) | {"languages": delivery.languages or environment_languages()}
    await sandbox.run_async(RECEIPT, wanted, page, out)


# ---------------------------------------------------------------- inside


def _work(source: BinaryIO, output: BinaryIO, wanted: Mapping[str, Any]) -> list[PageSize]:
    delivery = decode(wanted, Delivery)
    use_languages(*delivery.languages)
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    html = environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(
        heading=_("Delivery receipt") if delivery.delivered else _("This fax was not delivered"),
        fields=list_fields(delivery),
        caption=_("The first page as it was sent:")
        if delivery.as_sent
        else _("The first page, made again from the document:"),
    )
    output.write(write_pdf(html, draw_picture(next(iter(read_pages(source))))))
    return [PageSize(Width.A4, Resolution.FINE, round(297 * Resolution.FINE.rows_per_mm))]


def list_fields(delivery: Delivery) -> list[tuple[str, str]]:
    """List what the receipt says: names and texts. What is not known is left out."""
    to = delivery.recipient.cleaned()
    minutes, seconds = divmod(round(delivery.seconds), 60)
    fields = [
        (_("Result"), _tell_result(delivery)),
        (_("Reason"), show_sentence(delivery.reason, 400)),
        (_("To"), to.person()),
        (_("Company"), to.company),
        (_("Number"), to.number),
        (_("Other station"), clean_text(delivery.remote_id)),
        (_("From"), clean_text(delivery.person)),
        (_("Subject"), clean_text(delivery.subject)),
        (_("Document"), clean_text(delivery.title)),
        (_("Time"), delivery.ended.strftime("%Y-%m-%d %H:%M:%S %z")),
        (_("Pages"), _("{confirmed} of {pages}").format(confirmed=delivery.confirmed, pages=delivery.pages)),
        (_("Calls"), str(delivery.calls)),
        (_("Duration"), _("{minutes} min {seconds} s").format(minutes=minutes, seconds=seconds)),
        (_("Cost"), _tell_cost(delivery)),
    ]
    return [(name, value) for name, value in fields if value]


def _tell_cost(delivery: Delivery) -> str:
    said = describe_costs(delivery.costs, delivery.unpriced) if delivery.costs else []
    return "; ".join(translate(each) for each in said)


def _tell_result(delivery: Delivery) -> str:
    if not delivery.delivered:
        return _("The fax was not delivered.")
    if delivery.confirmed < delivery.pages:
        return _("A person has said that it arrived: the other end did not confirm its last page.")
    return _("All pages were confirmed by the other end.")


def draw_picture(page: Page) -> Picture:
    """Draw the page smaller, in greys, on paper of its own form."""
    image = Image.frombytes("1", (page.width.value, page.length), page.rows, "raw", "1;I").convert("L")
    across, down = page.width.value / PIXELS_PER_MM, page.length / page.resolution.rows_per_mm
    scale = min(_PICTURE_MM[0] / across, _PICTURE_MM[1] / down, 1.0)
    size = (max(1, round(across * scale * _DOTS_A_MM)), max(1, round(down * scale * _DOTS_A_MM)))
    framed = ImageOps.expand(image.resize(size, Image.Resampling.BOX), border=1, fill=0)
    return Picture(framed, across * scale)


if __name__ == "__main__":
    sys.exit(serve(_work))
