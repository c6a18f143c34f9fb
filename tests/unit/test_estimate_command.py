# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of `faxctl estimate`."""

import pytest

from faxcore.cli.estimate_command import format_cost, format_length
from faxcore.contract.estimated import Estimate
from faxcore.contract.priced import CallPrice, Pricing
from faxcore.model.sentence import Sentence

REASON = Sentence("The tariff {tariff} has no rule for it.", {"tariff": "ours"})


def price(net: int) -> CallPrice:
    return CallPrice(Pricing.PRICED, "EUR", net, 20_000_000, net // 5)


@pytest.mark.parametrize(
    ("known", "why"), [(True, "as earlier calls to this number"), (False, "no fax has gone to this number before")]
)
def test_the_length(known: bool, why: str) -> None:
    text = format_length(Estimate(3, 65, 59, 600, known))
    assert text == f"3 pages, about 1:05 min on the line, between 0:59 min and 10:00 min ({why})"


@pytest.mark.parametrize(
    ("likely", "most", "payer", "text"),
    [
        (price(250_000), price(250_000), "", "0.25 EUR, with VAT 0.30 EUR"),
        (price(250_000), price(500_000), "", "0.25 EUR, with VAT 0.30 EUR, at most 0.50 EUR, with VAT 0.60 EUR"),
        (price(250_000), price(250_000), "4711", "0.25 EUR, with VAT 0.30 EUR (paid by 4711)"),
        (
            CallPrice(Pricing.UNPRICED, steps=(REASON,)),
            CallPrice(Pricing.UNPRICED, steps=(REASON,)),
            "",
            "no price: The tariff ours has no rule for it.",
        ),
    ],
)
def test_the_cost(likely: CallPrice, most: CallPrice, payer: str, text: str) -> None:
    assert format_cost(Estimate(3, 65, 59, 600, True, payer, likely, most)) == text
