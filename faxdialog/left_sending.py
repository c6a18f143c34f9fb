# SPDX-License-Identifier: GPL-3.0-or-later
"""One dialog's order while the service is away: left on the disk, taken from there again, or handed over at last."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.contract.order import UNDO_SECONDS, Order
from faxcore.i18n import gettext as _
from faxcore.left_orders.order_delivery import hand_over
from faxcore.left_orders.order_files import find_left
from faxcore.left_orders.state_files import LeftOrder
from faxcore.qt.link import DeskLink
from faxdialog.leaving import leave_order, take_away
from faxdialog.notices import Owner
from faxdialog.window import SendDialog

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 1.0
"""Seconds after which is looked again what has become of an order that another program hands over."""


class LeftSending(QObject):
    """The order that waits on the disk, if one does."""

    taken = pyqtSignal(str)
    """The id of the fax or the broadcast: the service has come back, and has it."""
    stopped = pyqtSignal()
    """It waits no more, and is no fax: the person does not want it, or the service has refused it."""

    def __init__(self, link: DeskLink, dialog: SendDialog, order: Callable[[], Order]) -> None:
        super().__init__()
        self._link, self._dialog, self._order = link, dialog, order
        self.draft = ""
        self.waits = False
        """True while an order of this dialog waits for the service."""

    async def leave(self) -> None:
        """Keep the order on this person's disk, and show that it waits."""
        form = self._dialog.form
        name = form.recipient()
        try:
            await leave_order(self.draft, self._order(), form.to.recipients(), name)
        except OSError as error:
            sentence = _("The order cannot be kept on this computer: {reason}. The document is safe.")
            # Instead of the promise that it goes out by itself.
            self._dialog.notices.say(Owner.OUTAGE, sentence.format(reason=error.strerror or error))
            return
        self.waits = True
        self._dialog.show_queued(self._dialog.queued.begin_left, name, UNDO_SECONDS)
        # It may have come back meanwhile, when there was nothing to be handed over.
        if self._link.present and not await self.hand_over():
            self.stopped.emit()

    async def hand_over(self) -> bool:
        """Hand over the order that was left for this document, unless another program does, and wait until none waits;
        True if it is a fax by this dialog's doing.
        """
        while find_left(self.draft) is not None:
            fax = await hand_over(self._link.desk, self.draft, self._refused)
            if fax:
                self.waits = False
                self.taken.emit(fax)
                name = self._dialog.form.recipient()
                self._dialog.show_queued(self._dialog.queued.begin_taken, name, UNDO_SECONDS)
                return True
            if find_left(self.draft) is not None:
                await asyncio.sleep(LOOK_SECONDS)
        self.waits = False
        return False

    def take_away(self) -> None:
        """The person does not want the order to go out."""
        try:
            if take_away(self.draft):
                self.waits = False
                self._dialog.show_order()
                self.stopped.emit()
                return
        except OSError as error:
            log.error("an order that was left cannot be taken away: %s", error)
        too_late = _("It is too late: the fax is being handed over.")
        self._dialog.queued.tell(too_late, again=False)
        self._dialog.notices.say(Owner.ORDER, too_late)

    def _refused(self, _left: LeftOrder) -> None:
        self._dialog.show_order()
