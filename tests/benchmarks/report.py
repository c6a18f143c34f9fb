# SPDX-License-Identifier: GPL-3.0-or-later
"""The results as Markdown: ratios of the peers' times to ours, our times, and sizes."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks.jbig import Jbig
from tests.benchmarks.libtiff import Libtiff
from tests.benchmarks.measure import DECODE, ENCODE, Result
from tests.benchmarks.ours import Ours
from tests.benchmarks.peer import CODINGS, JBIG, Peer

_SIZED = (Ours.name, Libtiff.name, Jbig.name)


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 0) -> Iterator[str]:
    """A Markdown table and an empty line; all columns behind the first `texts` + 1 are aligned right."""
    yield "| " + " | ".join(heading) + " |"
    yield "|---" + "|---" * texts + "|---:" * (len(heading) - 1 - texts) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def processor() -> str:
    """The machine's processor, as Linux calls it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def surroundings(command: str, peers: Sequence[Peer], missing: Sequence[str]) -> Iterator[str]:
    """Where and of what the figures are."""
    yield "# Benchmarks"
    yield ""
    yield f"`{command}`, Python {platform.python_version()}, {processor()}, Linux {platform.release()}."
    yield "The best of several repetitions each, all codecs in turn. What a time includes:"
    yield ""
    for peer in peers:
        yield f"- {peer.name} ({peer.version()}): {peer.timing}"
    for reason in missing:
        yield f"- not measured: {reason}"
    yield ""


def figures(title: str, results: Sequence[Result], ours: str) -> Iterator[str]:
    """All tables of one set of pages."""
    yield f"## {title}"
    yield ""
    yield from _ratios(results, ours)
    yield from _times(results, ours)
    yield from _sizes(results, ours)
    for result in results:
        if not result.right:
            yield f"- no result: {result.peer}, {result.coding} {result.direction}, {result.sheet}"
    yield ""


def _ratios(results: Sequence[Result], ours: str) -> Iterator[str]:
    yield "Time of the peer divided by ours; above 1, ours is the faster. In brackets, the page. A page that came out"
    yield "wrong counts in no ratio and is listed below."
    yield ""
    rows = []
    for coding in (*CODINGS, JBIG):
        for direction in (ENCODE, DECODE):
            here = [r for r in results if (r.coding, r.direction) == (coding, direction)]
            base = {r.sheet: r.seconds for r in here if r.peer == ours}
            for peer in dict.fromkeys(r.peer for r in here if r.peer != ours):
                times = {r.sheet: r.seconds for r in here if r.peer == peer and r.right}
                if times:
                    rows.append((f"{coding} {direction}", peer, *_spread(times, base)))
    yield from table(("coding", "peer", "minimum", "median", "maximum", "totals"), rows, 1)


def _spread(times: dict[str, float], base: dict[str, float]) -> tuple[str, ...]:
    ratios = {sheet: seconds / base[sheet] for sheet, seconds in times.items()}
    least, most = min(ratios, key=ratios.__getitem__), max(ratios, key=ratios.__getitem__)
    return (
        f"{ratios[least]:.2f} ({least})",
        f"{median(ratios.values()):.2f}",
        f"{ratios[most]:.2f} ({most})",
        f"**{sum(times.values()) / sum(base[sheet] for sheet in times):.2f}**",
    )


def _times(results: Sequence[Result], ours: str) -> Iterator[str]:
    mine = {(r.sheet, r.coding, r.direction): r.seconds for r in results if r.peer == ours}
    columns = list(dict.fromkeys((coding, direction) for _, coding, direction in mine))
    sheets = list(dict.fromkeys(sheet for sheet, _, _ in mine))
    yield "Our milliseconds a page."
    yield ""
    rows = [[sheet, *(f"{1000 * mine[sheet, *column]:.2f}" for column in columns)] for sheet in sheets]
    yield from table(("page", *(f"{coding} {direction}" for coding, direction in columns)), rows)


def _sizes(results: Sequence[Result], ours: str) -> Iterator[str]:
    size = {(r.coding, r.peer, r.sheet): r.size for r in results if r.direction == ENCODE}
    columns = list(dict.fromkeys((coding, peer) for coding, peer, _ in size if peer in _SIZED))
    sheets = list(dict.fromkeys(r.sheet for r in results))
    yield "Octets a page. libtiff ends MH and MR without RTC."
    yield ""
    rows = [[sheet, *(str(size[*column, sheet]) for column in columns)] for sheet in sheets]
    totals = ["all", *(str(sum(size[*column, sheet] for sheet in sheets)) for column in columns)]
    yield from table(("page", *(f"{coding}, {peer}" for coding, peer in columns)), [*rows, totals])
    same = sum(size["MMR", ours, sheet] == size.get(("MMR", Libtiff.name, sheet)) for sheet in sheets)
    yield f"MMR as large as by {Libtiff.name}, to the octet: {same} of {len(sheets)} pages."
    yield ""
