# SPDX-License-Identifier: GPL-3.0-or-later
"""The costs of a fax's calls behind *Details*: each with the steps of the tariff, and all together."""

from __future__ import annotations

from PyQt6.QtWidgets import QApplication

from faxcore.contract.priced import MILLION, NO_PRICE, CallPrice, Pricing
from faxcore.contract.sent_fax import Call
from faxcore.model.call import Outcome
from faxcore.model.sentence import Sentence, literal
from notifier.faxes.details_panel import COST, DetailsPanel
from tests.system.notifier.test_words import call, job, told_of

STEP = Sentence("Pages sent: {pages}, at {price} each: {amount}", {"pages": 2, "price": "0.25", "amount": "0.50"})
PRICED = CallPrice(Pricing.PRICED, "EUR", MILLION // 2, 0, 0, "ours", "near", (STEP, literal("<b>bold</b>")))


def show(*prices: CallPrice) -> DetailsPanel:
    calls: list[Call] = [call(Outcome.OK, price=price) for price in prices]
    panel = DetailsPanel()
    told_of(panel, job(), *calls)
    return panel


def costs(panel: DetailsPanel) -> list[str]:
    items = (panel.calls.topLevelItem(row) for row in range(panel.calls.topLevelItemCount()))
    return [item.text(COST) for item in items if item is not None]


def test_without_a_tariff_there_is_no_column(qapp: QApplication) -> None:
    for prices in ((), (NO_PRICE, NO_PRICE)):
        panel = show(*prices)
        assert panel.calls.isColumnHidden(COST)
        assert set(costs(panel)) == {""}


def test_each_call_has_its_price_and_all_have_a_sum(qapp: QApplication) -> None:
    panel = show(PRICED, CallPrice(Pricing.UNPRICED, tariff="ours"), PRICED)
    assert not panel.calls.isColumnHidden(COST)
    assert costs(panel) == ["0.50 EUR", "without a price", "0.50 EUR", "1.00 EUR · calls without a price: 1"]


def test_the_steps_to_a_price_stand_in_its_tool_tip_as_plain_text(qapp: QApplication) -> None:
    panel = show(PRICED)
    assert costs(panel) == ["0.50 EUR"], "one call needs no sum"
    item = panel.calls.topLevelItem(0)
    assert item is not None
    steps = "Pages sent: 2, at 0.25 each: 0.50<br>&lt;b&gt;bold&lt;/b&gt;"
    assert item.toolTip(COST) == steps
