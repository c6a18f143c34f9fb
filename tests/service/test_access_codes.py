# SPDX-License-Identifier: GPL-3.0-or-later
"""Access codes and prefixes of lines: dialled when the call is made, by line and by sender, and in no row."""

import asyncio
from dataclasses import replace
from pathlib import Path

from faxcore.config import Config, DiallingConfig, SendingRule
from faxcore.config.access_codes import AccessCode
from faxcore.contract.order import Order
from tests.support.service_parts import ME, OTHER, configured, document, log, running, script, submit
from tests.support.waiting import until

TO = "0199000077"
CARD, SURGERY = AccessCode("card", "0800,,864209#,"), AccessCode("surgery", "", ",,975310#")
HOUSE = DiallingConfig(prefix="0,")


def with_codes(folder: Path, *rules: SendingRule) -> Config:
    config = configured(folder, dialling=HOUSE, rules=rules)
    return replace(config, lines=(replace(config.lines[0], prefix="9,", access_code=CARD),))


def dialled(folder: Path) -> list[str]:
    return [line for line in log(folder) if line.split()[0] in ("dial", "next", "shown", "fetch")]


def test_a_fax_is_dialled_with_the_prefix_and_the_code_of_its_line(tmp_path: Path, database: str) -> None:
    async def main() -> None:
        async with running(tmp_path, with_codes(tmp_path)) as (service, listener):
            job = await submit(service, document(tmp_path), TO)
            await listener.until_job(job, "done")
            fetched = await service.api.fetch_document(ME, Order(number=TO))
            await listener.until_job(fetched, "done")
            for each in (job, fetched):
                row = service.store.jobs.get(each)
                assert row is not None and row.dial == f"0,{TO}", "no row has what is dialled on one line"
                assert "864209" not in repr((row, await service.api.show_job(ME, each)))
        kept = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
        assert not [path for path in kept if b"864209" in path.read_bytes()]

    script(tmp_path, {f"9,0800,,864209#,{TO}": ["ok"]}, fetch={f"9,0800,,864209#,{TO}": ["ok"]})
    asyncio.run(main())
    assert dialled(tmp_path) == [
        f"dial 9,0800,,864209#,{TO} 1",
        f"shown 9,…{TO}",
        f"fetch 9,0800,,864209#,{TO}",
    ]


def test_a_rule_gives_a_person_a_code_of_their_own(tmp_path: Path) -> None:
    rule = SendingRule("Mine", persons=(ME,), access_code=SURGERY)

    async def main() -> None:
        async with running(tmp_path, with_codes(tmp_path, rule)) as (service, listener):
            await listener.until_job(await submit(service, document(tmp_path), TO), "done")
            # Another code is dialled from the next call on.
            service.take_on(with_codes(tmp_path, replace(rule, access_code=replace(SURGERY, after=",,1"))))
            await listener.until_job(await submit(service, document(tmp_path), TO), "done")

    script(tmp_path, {f"9,{TO},,975310#": ["ok"], f"9,{TO},,1": ["ok"]})
    asyncio.run(main())
    assert dialled(tmp_path) == [f"dial 9,{TO},,975310# 1", f"shown 9,{TO}…", f"dial 9,{TO},,1 1", f"shown 9,{TO}…"]


def test_nobodys_fax_goes_out_in_a_call_with_anothers_code(tmp_path: Path) -> None:
    """Of three faxes to one number, the two of one person share a call."""
    rule = SendingRule("Mine", persons=(ME,), access_code=SURGERY)

    async def main() -> None:
        async with running(tmp_path, with_codes(tmp_path, rule)) as (service, listener):
            await until("the line to be free", lambda: service.lines[0].free)
            line = service.lines[0]
            line.reserve()
            mine = [await submit(service, document(tmp_path), TO) for _ in range(2)]
            theirs = await submit(service, document(tmp_path), TO, OTHER)
            line.release()
            for job in mine:
                await listener.until_job(job, "done")
            await until("the other's fax", lambda: str(service.store.jobs.get(theirs).state.value) == "done")  # type: ignore[union-attr]

    numbers = {f"9,{TO},,975310#": ["ok"], f"9,0800,,864209#,{TO}": ["ok"]}
    script(tmp_path, numbers, together=True)
    asyncio.run(main())
    calls = [line for line in dialled(tmp_path) if not line.startswith("shown")]
    assert calls == [f"dial 9,{TO},,975310# 1", f"next 9,{TO},,975310# 1", f"dial 9,0800,,864209#,{TO} 1"]
