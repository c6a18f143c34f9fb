# SPDX-License-Identifier: GPL-3.0-or-later
"""Typing that was done without seeing what the service keeps joins that, and mixes no two recipients."""

from faxcore.contract.order import Order
from faxcore.contract.printed import KeptOrder
from faxcore.left_orders.typed_orders import fill_up
from faxcore.model.recipient import Recipient

BEFORE = KeptOrder(
    Order(number="1", last_name="Petit", company="Roofs", subject="Old", message="Hello", header="house")
)


def test_where_nothing_was_typed_the_rest_stays() -> None:
    joined = fill_up(KeptOrder(Order(subject="New")), BEFORE)
    assert joined == KeptOrder(Order("1", "Petit", company="Roofs", subject="New", message="Hello", header="house"))


def test_another_recipient_has_nothing_of_the_one_before() -> None:
    joined = fill_up(KeptOrder(Order(number="2", last_name="Martin")), BEFORE)
    assert joined == KeptOrder(Order("2", "Martin", subject="Old", message="Hello", header="house"))
    many = (Recipient("2"), Recipient("3"))
    joined = fill_up(KeptOrder(Order(), many), BEFORE)
    assert joined == KeptOrder(Order(subject="Old", message="Hello", header="house"), many)


def test_many_recipients_stay_where_none_was_typed() -> None:
    many = KeptOrder(Order(subject="Old"), (Recipient("2"), Recipient("3")))
    assert fill_up(KeptOrder(Order(message="New")), many) == KeptOrder(
        Order(subject="Old", message="New"), many.recipients
    )
