# SPDX-License-Identifier: GPL-3.0-or-later
"""Invoices as PDF. They are made when they are asked for, of what was kept when they were made; the logo alone is that
of today.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from faxcore.api.api_error import ApiError, bad_document
from faxcore.api.foreign_files import ForeignFiles
from faxcore.billing.electronic import find_obstacles
from faxcore.config import CompanyConfig
from faxcore.config.current import CurrentConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.codec import decode
from faxcore.contract.invoiced import InvoiceWish
from faxcore.document.document_error import DocumentError
from faxcore.document.invoice_paper import BilledCall, InvoicePaper, write_invoice
from faxcore.model.call import Direction
from faxcore.model.number import shorten
from faxcore.model.sentence import Sentence
from faxcore.store.ids_and_times import new_id
from faxcore.store.store import Store
from faxcore.store.synced_files import remove

log = logging.getLogger(__name__)


class InvoicePapers:
    """Makes the papers."""

    def __init__(self, store: Store, config: CurrentConfig, files: ForeignFiles) -> None:
        self._store = store
        self._config = config
        self._files = files

    async def write(self, person: str, wish: InvoiceWish, out: int) -> bool:
        """Write an invoice to a caller's file; True if it has its electronic form. ApiError if there is none, or it
        cannot be drawn.
        """
        made = self._store.documents.folder / f"{new_id()}.preview"
        try:
            is_electronic = await self.make(wish, made)
            await self._files.give(person, made, out)
        except DocumentError as error:
            raise bad_document(error) from error
        finally:
            remove(made)
        return is_electronic

    async def make(self, wish: InvoiceWish, path: Path) -> bool:
        """Make the PDF of an invoice, a file that is not there yet; True if it has its electronic form. ApiError if
        there is no such invoice, DocumentError if it cannot be drawn.
        """
        paper = self._describe(wish)
        try:
            await self._draw(paper, path)
        except DocumentError as error:
            if not paper.electronic:
                raise
            # Rather no electronic form than no invoice; where it is not to blame, this fails, too.
            log.error("invoice %s is made without its electronic form: %s", wish.number, error.detail or error.reason)
            remove(path)
            await self._draw(replace(paper, electronic=False), path)
            return False
        return paper.electronic

    async def make_for_mail(self, number: str, path: Path) -> None:
        """Make the PDF of an invoice as it goes out by mail. ApiError or DocumentError if that cannot be."""
        await self.make(InvoiceWish(number, self._config.value.billing.short_numbers), path)

    async def _draw(self, paper: InvoicePaper, path: Path) -> None:
        with tempfile.TemporaryFile() as logo, path.open("x+b") as file:
            self._copy_logo(logo)
            await write_invoice(logo, file, paper)

    def _describe(self, wish: InvoiceWish) -> InvoicePaper:
        found = self._store.invoices.find(wish.number)
        if found is None:
            raise ApiError(ErrorCode.UNKNOWN, Sentence("There is no invoice with this number."))
        invoice, kept = found
        company = decode(kept, CompanyConfig)
        return InvoicePaper(
            invoice,
            company.name,
            company.printed_address,
            company.vat_id,
            company.registration,
            company.iban,
            company.bic,
            tuple(self._list_calls(wish)),
            invoice.language,
            company.country,
            company.postcode,
            company.city,
            electronic=not find_obstacles(invoice, company),
        )

    def _list_calls(self, wish: InvoiceWish) -> Iterator[BilledCall]:
        for row in self._store.invoices.list_calls(wish.number):
            number = shorten(row.other_number) if wish.short_numbers else row.other_number
            yield BilledCall(
                datetime.fromisoformat(row.began).astimezone().isoformat(),
                row.direction == Direction.OUT.value,
                number,
                row.sign * row.sale_pages,
                row.sign * row.sale_seconds,
                row.sign * row.sale_net,
            )

    def _copy_logo(self, out: BinaryIO) -> None:
        logo: Path | None = self._config.value.company.logo
        if logo is None:
            return
        try:
            out.write(logo.read_bytes())
        except OSError as error:
            log.warning("an invoice is made without its logo, which cannot be read: %s", error)
        out.flush()
