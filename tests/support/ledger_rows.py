# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the ledger as the service writes them, sealed one behind the other, without calls: as many as are wanted."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from faxcore.store import bill_tables
from faxcore.store.ids_and_times import first_id, format_time
from faxcore.store.ledger import FIRST_SEAL, FORM, PERSONAL, make_digest, make_seal
from faxcore.store.store import Store

ADDED_AT_ONCE: Final = 2_000
_STEPS: Final = json.dumps(
    [
        {
            "text": "Rule “{rule}” of the tariff {tariff} ({place}): {reason}.",
            "values": {
                "rule": "France",
                "tariff": "Business lines",
                "place": "/etc/facteur/tariffs/ours.toml:31",
                "reason": {"text": "{number} begins with {beginning}", "values": {"number": "+33199000002"}},
            },
        },
        {"text": "Pages confirmed: {pages}, at {price} {currency} each: {amount} {currency}", "values": {"pages": 2}},
        {"text": "VAT of {percent} %: {amount} {currency}", "values": {"percent": "20", "amount": "0.10"}},
    ]
)


def make_rows(
    count: int, begin: datetime, pause: timedelta, seed: int = 0, people: int = 200, corrected: float = 0.01
) -> Iterator[dict[str, Any]]:
    """Make so many rows of calls that end one behind the other; this part of them are corrections of earlier ones."""
    chance = random.Random(seed)
    seal, written = FIRST_SEAL, [] if corrected else None
    for place in range(1, count + 1):
        if written and chance.random() < corrected:
            # The newest row of its call is the one that is corrected.
            row = dict(written.pop(chance.randrange(len(written))))
            row |= {"kind": "correction", "corrects": row["place"], **_make_price("sale", row["person"], chance)}
        else:
            row = _make_call(begin + pause * place, place, people, chance)
        row |= {"place": place, "salt": f"{chance.getrandbits(128):032x}"}
        row |= {f"{name}_digest": make_digest(row["salt"], name, row[name]) for name in PERSONAL}
        row.pop("seal", None)
        seal = row["seal"] = make_seal(seal, row)
        if written is not None:
            written.append(row)
            del written[:-1000]
        yield row


def add_rows(store: Store, rows: Iterator[dict[str, Any]]) -> None:
    """Write rows, many at once."""
    piece: list[dict[str, Any]] = []
    for row in rows:
        piece.append(row)
        if len(piece) == ADDED_AT_ONCE:
            store.database.add_all(bill_tables.ledger, piece)
            piece = []
    store.database.add_all(bill_tables.ledger, piece)


def _make_call(ended: datetime, place: int, people: int, chance: random.Random) -> dict[str, Any]:
    out = chance.random() < 0.8
    seconds = chance.randrange(0, 300_000)
    answered = ended - timedelta(milliseconds=seconds)
    pages = chance.randrange(1, 8)
    person = f"person-{chance.randrange(people):03}" if out else ""
    return {
        "form": FORM,
        "kind": "call",
        "written": format_time(ended),
        "corrects": 0,
        "author": "facteur",
        "call": f"{first_id(ended)[:-8]}{place:08}",
        "follows": "",
        "direction": "out" if out else "in",
        "line": f"line-{chance.randrange(4)}",
        "own_number": f"+3319900000{chance.randrange(4)}",
        "dialled": format_time(answered - timedelta(seconds=12)) if out else "",
        "answered": format_time(answered),
        "answer_known": "line",
        "ended": format_time(ended),
        "milliseconds": seconds,
        "pages": pages,
        "confirmed": pages,
        "outcome": "ok",
        "person": person,
        "other_number": f"+331{chance.randrange(10**8):08}",
        "earlier": 0,
        "answer_spread": 0,
        "payer": chance.choice(("", "4711", "C12")) if out else "",
        "remark": "",
        **_make_price("purchase", person, chance),
        **_make_price("sale", person, chance),
    }


def _make_price(side: str, person: str, chance: random.Random) -> dict[str, Any]:
    """Make the columns of a price: of a call that comes in there is none."""
    columns = {f"{side}_{name}": bill_tables.make_empty(name) for name in bill_tables.PRICE_COLUMNS}
    columns |= {f"{side}_state": "unpriced", f"{side}_tariff": "Business lines", f"{side}_steps": _STEPS[:200]}
    if not person:
        return columns
    net = chance.randrange(0, 5_000_000)
    amounts = {"net": net, "vat_percent": chance.choice((20_000_000, 5_500_000)), "seconds": 60, "pages": 2}
    words = {"state": "priced", "rule": "France", "currency": "EUR", "month": "2026-10", "steps": _STEPS}
    vat = net // 5 if side == "sale" else None
    return columns | {f"{side}_{name}": value for name, value in (amounts | words | {"vat": vat}).items()}
