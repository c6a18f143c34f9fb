# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums of calls as a picture."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from faxcore.cli.plots import MOST, fill_months, gather, list_panels, plot
from faxcore.contract.priced import CostSum
from faxcore.contract.recorded import CallGrouping, CallTotals


def totals(key: str, calls: int = 3, **more: object) -> CallTotals:
    return CallTotals(key, calls, faxes=calls, pages=2 * calls, seconds=30.0 * calls, **more)  # type: ignore[arg-type]


def test_months_without_calls_stand_between_the_others() -> None:
    found = fill_months([totals("2025-11"), totals("2026-02", 5)])
    assert [(each.key, each.calls) for each in found] == [
        ("2025-11", 3),
        ("2025-12", 0),
        ("2026-01", 0),
        ("2026-02", 5),
    ]
    assert fill_months([]) == []


def test_the_most_are_first_and_the_rest_is_together() -> None:
    euros = (CostSum("EUR", 0, 5),)
    found = gather([totals(f"n{number}", number, costs=euros, unpriced=1) for number in range(1, MOST + 3)])
    assert [each.calls for each in found] == [*range(MOST + 2, 2, -1), 1 + 2]
    assert found[-1].key == "others (2)"
    assert (found[-1].pages, found[-1].unpriced, found[-1].costs) == (6, 2, euros * 2)
    assert sum(each.calls for each in found) == sum(range(1, MOST + 3))


def test_each_currency_has_a_panel_and_calls_without_a_price_one_too() -> None:
    shown = [
        totals("a", failures=1, costs=(CostSum("EUR", 20_000_000, 1_500_000), CostSum("EUR", 0, 500_000))),
        totals("b", costs=(CostSum("CHF", 0, 250_000),), unpriced=2),
    ]
    assert [(panel.title, panel.values) for panel in list_panels(shown)] == [
        ("Pages", (6, 6)),
        ("Minutes", (1.5, 1.5)),
        ("Failed calls", (1, 0)),
        ("Cost in CHF, without VAT", (0, 0.25)),
        ("Cost in EUR, without VAT", (2.0, 0)),
        ("Calls without a price", (0, 2)),
    ]
    assert len(list_panels([totals("a")])) == 3


HOSTILE = ("$\\frac{1}{0}$", "--><script>alert(1)</script>", "a" * 500, "\u202eb", "")


@pytest.mark.parametrize("by", [CallGrouping.MONTH, CallGrouping.PERSON])
@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_same_sums_make_the_same_picture(tmp_path: Path, by: CallGrouping, ending: str) -> None:
    months = [totals("2026-01"), totals("2026-03", 9)]
    shown = months if by is CallGrouping.MONTH else [totals(name, place + 1) for place, name in enumerate(HOSTILE)]
    for name in ("one", "two"):
        plot(shown, by, tmp_path / f"{name}.{ending}")
    octets = (tmp_path / f"one.{ending}").read_bytes()
    assert octets == (tmp_path / f"two.{ending}").read_bytes()
    if ending == "png":
        with Image.open(tmp_path / "one.png") as image:
            image.load()
            assert min(image.size) > 200
    else:
        assert "script" not in {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(octets).iter()}


def test_no_calls_make_an_empty_picture(tmp_path: Path) -> None:
    plot([], CallGrouping.MONTH, tmp_path / "none.png")
    with Image.open(tmp_path / "none.png") as image:
        image.load()
