# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures for Prometheus: its own parser reads them, they count what happened, and no label names anybody."""

import asyncio
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from faxcore.cli.main import main
from faxcore.config import ConfigError, load
from faxcore.service import FaxService
from faxcore.store.deliveries import Channel
from faxcore.store.store_error import StoreAway
from tests.support.service_fixture import serving
from tests.support.service_parts import ME, administrator, configured, document, running, script, submit
from tests.support.waiting import async_test, until

TO, BUSY = "0199000002", "0199000003"


def read(text: str) -> dict[str, float]:
    """Every sample by its name and labels, as Prometheus reads it."""
    found = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation and family.type in ("gauge", "counter"), family
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            assert f"{sample.name} {labels}" not in found, "each stands once"
            found[f"{sample.name} {labels}".strip()] = sample.value
    return found


async def figures(service: FaxService) -> dict[str, float]:
    return read(await administrator(service).read_metrics(ME))


@async_test
async def test_what_happened_is_counted(tmp_path: Path) -> None:
    ring = {"pages": 3, "end": "ok", "called": "0199000001"}
    script(tmp_path, {TO: ["ok"], BUSY: ["busy"]}, ring={"line-1": ring})
    async with running(tmp_path) as (service, listener):
        await listener.until_arrived(1)
        found = await figures(service)
        assert found["facteur_jobs state=ready"] == 0 and found["facteur_database_up"] == 1
        assert found["facteur_oldest_waiting_seconds"] == 0 and found["facteur_state_free_bytes"] > 0
        await listener.until_job(await submit(service, document(tmp_path)), "done")
        await listener.until_job(await submit(service, document(tmp_path), BUSY), "failed")
        held = await submit(service, document(tmp_path))
        await service.api.hold_job(ME, held)
        service.store.deliveries.add_for_address("reception", "r", Channel.MAIL, "office@example.org")
        await until("the line to rest", lambda: service.lines[0].free)
        found = await figures(service)
    assert found["facteur_lines state=idle"] == 1 and found["facteur_lines state=absent"] == 0
    assert found["facteur_calls_total direction=out,result=ok"] == 1
    assert found["facteur_calls_total direction=out,result=busy"] == 3
    assert found["facteur_calls_total direction=in,result=ok"] == 1
    assert (found["facteur_pages_total direction=out"], found["facteur_pages_total direction=in"]) == (2, 3)
    assert found["facteur_call_seconds_total direction=out"] >= 0
    assert found["facteur_jobs state=held"] == 1
    assert found["facteur_deliveries_waiting channel=mail"] == 1
    assert found["facteur_database_bytes"] > 10_000
    assert not [name for name in found if any(word in name for word in (ME, "line-1", "0199", "199000"))]


@async_test
async def test_the_oldest_fax_that_waits_has_an_age(tmp_path: Path) -> None:
    script(tmp_path, {TO: ["hang"]})
    async with running(tmp_path) as (service, listener):
        called = await submit(service, document(tmp_path))
        await listener.until_dialling(called)
        await submit(service, document(tmp_path), BUSY)
        await until("some time to pass", lambda: read(service.metrics.text())["facteur_oldest_waiting_seconds"] > 0)
        await service.api.cancel_job(ME, called)


@async_test
async def test_what_is_not_in_the_database_is_told_while_that_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path)
    async with running(tmp_path) as (service, _listener):

        def lost() -> None:
            raise StoreAway("gone")

        monkeypatch.setattr(service.store.jobs, "count_states", lost)
        found = await figures(service)
        assert (
            "facteur_jobs state=ready" not in found
            and sum(
                found[f"facteur_lines state={each}"]
                for each in ("idle", "absent", "starting", "ringing", "sending", "receiving")
            )
            == 1
        )


@async_test
async def test_a_file_is_written_for_the_collector(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    script(tmp_path)
    folder = tmp_path / "collected"
    config = configured(tmp_path, metrics_file=folder / "facteur.prom")
    async with running(tmp_path, config, metrics_seconds=0.01) as (_service, _listener):
        await until("the fault to be said", lambda: "metrics cannot be written" in caplog.text)
        await asyncio.sleep(0)
        folder.mkdir()
        await until("the file", lambda: (folder / "facteur.prom").exists())
    assert read((folder / "facteur.prom").read_text())["facteur_database_up"] == 1
    assert (folder / "facteur.prom").stat().st_mode & 0o777 == 0o644
    assert caplog.text.count("metrics cannot be written") == 1


def test_the_command_prints_them(capsys: pytest.CaptureFixture[str]) -> None:
    with serving({}) as (address, _folder):
        assert main(["--bus", address, "metrics"]) == 0
    assert read(capsys.readouterr().out)["facteur_lines state=idle"] in (0, 1)


def test_a_file_that_no_collector_reads_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "facteur.toml"
    for name in ("facteur.txt", "facteur.prom"):
        path.write_text(f'[metrics]\nfile = "/srv/{name}"\n')
        if name.endswith(".prom"):
            assert load(path).metrics_file == Path("/srv/facteur.prom")
            continue
        with pytest.raises(ConfigError, match=r"facteur.toml:2.*must end in .prom"):
            load(path)
