# SPDX-License-Identifier: GPL-3.0-or-later
"""Send while the service is away: the order is left on the person's own disk, and goes out when the service is back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from faxcore.contract.order import Order
from faxcore.contract.printed import KeptOrder
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.left_orders.order_files import find_left, find_refused, forget_left, forget_refusal, held, leave
from faxcore.left_orders.state_files import LeftOrder
from faxcore.model.recipient import Recipient
from faxcore.model.text import clean_text
from faxcore.qt.message import Buttons
from faxdialog.form import OrderForm


def may_be_left(form: OrderForm) -> bool:
    """Return whether there is somebody, and no number that was refused: the service judges them when it is back."""
    return bool(form.to.all()) and form.to.find_refused() is None


async def leave_order(draft: str, order: Order, recipients: Sequence[Recipient], to: str) -> None:
    """Keep an order for a draft on the disk, to one recipient or to many. OSError."""
    if len(recipients) == 1:
        kept = KeptOrder(replace(order, **vars(recipients[0])))
    else:
        kept = KeptOrder(order, tuple(recipients))
    await asyncio.get_running_loop().run_in_executor(None, leave, LeftOrder(draft, kept, to))


def take_away(draft: str) -> bool:
    """Take the order for a draft away, so that it does not go out; False if it is being handed over. OSError."""
    with held(draft) as left:
        if left is None:
            return find_left(draft) is None
        forget_left(draft)
        return True


def describe_left(left: LeftOrder, stop: Callable[[], None]) -> tuple[str, Buttons]:
    """Say of an order that was left what becomes of it, and offer not to send it."""
    sentence = _("“{title}” will be sent to {name} when the fax service is back. Nothing is left to do.")
    named = sentence.format(title=clean_text(left.title, 60), name=clean_text(left.to, 60))
    return named, ((_("Ta&ke it back"), stop),)


def take_refusal(draft: str) -> str:
    """Say why the order that was left for a draft was refused, once; empty: it was not. OSError."""
    refused = find_refused(draft)
    if refused is None:
        return ""
    forget_refusal(draft)
    sentence = _("“{title}” was not sent when the fax service was back: {reason}")
    return sentence.format(title=clean_text(refused.title, 60), reason=translate(refused.refusal))
