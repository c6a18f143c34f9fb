# SPDX-License-Identifier: GPL-3.0-or-later
"""faxctl, as a person and as a script would use it, with a service on a private bus."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxcore import t4
from tests.support.service_fixture import make_document, serving

SCRIPT = {
    "dial": {"0199000002": ["busy", "ok"], "0199000003": ["unconfirmed", "ok"], "0199000004": ["hang"]},
    "ring": {"line-1": {"pages": 1, "end": "ok", "called": "0199000001"}},
}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Path]]:
    with serving(SCRIPT) as served:
        make_document(served[1])
        yield served


def faxctl(served: tuple[str, Path], *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "faxcore.cli.main", "--bus", served[0], *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=served[1],
    )
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr
    return done.stdout if code == 0 else done.stderr


def test_a_fax_from_the_command_line(served: tuple[str, Path]) -> None:
    shown = json.loads(
        faxctl(served, "send", "--to", "0199000002", "--last-name", "Martin", "--wait", "--json", "document.tif")
    )
    job, calls = shown["job"], shown["calls"]
    assert (job["state"], job["tries"], job["reason"]) == ("done", 2, "")
    assert [(call["outcome"], call["reason"]) for call in calls] == [("busy", "The end is busy."), ("ok", "")]
    assert "done" in faxctl(served, "list")
    assert json.loads(faxctl(served, "show", "--json", job["id"]))["job"]["recipient"] == "Martin"
    assert "The end is busy." in faxctl(served, "show", job["id"])


def test_the_state_of_the_lines(served: tuple[str, Path]) -> None:
    assert "line-1" in faxctl(served, "status")
    status = json.loads(faxctl(served, "status", "--json"))
    assert status["codec"] == t4.IMPLEMENTATION
    assert status["lines"][0]["numbers"] == ["0199000001"]


def test_an_uncertain_fax_is_no_success_and_can_be_resolved(served: tuple[str, Path]) -> None:
    faxctl(served, "send", "--to", "0199000003", "--wait", "document.tif", code=1)
    (fax,) = [job for job in json.loads(faxctl(served, "list", "--json")) if job["state"] == "uncertain"]
    faxctl(served, "resolve", fax["id"], "arrived")
    assert json.loads(faxctl(served, "show", "--json", fax["id"]))["job"]["state"] == "done"
    assert "cannot be done" in faxctl(served, "resolve", fax["id"], "arrived", code=1)


def test_cancelling(served: tuple[str, Path]) -> None:
    job = faxctl(served, "send", "--to", "0199000004", "document.tif").strip()
    faxctl(served, "cancel", job)
    assert "no fax" in faxctl(served, "cancel", "no-such-fax", code=1)


def test_received_faxes(served: tuple[str, Path]) -> None:
    for _attempt in range(100):
        found = json.loads(faxctl(served, "receptions", "--json"))
        if found:
            break
    faxctl(served, "get", found[0]["id"], "fetched.pdf")
    assert (served[1] / "fetched.pdf").read_bytes() == Path(found[0]["pdf"]).read_bytes()
    faxctl(served, "get", found[0]["id"], "fetched.xyz", code=1)
    assert found[0]["pdf"] in faxctl(served, "receptions")


def test_drafts(served: tuple[str, Path]) -> None:
    assert json.loads(faxctl(served, "drafts", "--json")) == []
    faxctl(served, "drafts", "--discard", "nothing", code=1)


def test_a_bad_number_and_a_bad_document(served: tuple[str, Path]) -> None:
    assert "01990" in faxctl(served, "send", "--to", "01990", "document.tif", code=1)
    (served[1] / "rubbish.pdf").write_bytes(b"%PDF-1.7 nonsense")
    assert "rubbish.pdf" in faxctl(served, "send", "--to", "0199000002", "rubbish.pdf", code=1)
    faxctl(served, "send", "--to", "0199000002", "no-such.pdf", code=1)


def test_no_service(tmp_path: Path) -> None:
    assert "bus" in faxctl((f"unix:path={tmp_path}/none", tmp_path), "status", code=3)


def test_a_configuration_is_checked(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text("[queue]\ntries = 4\n")
    assert "can be used" in faxctl(("unix:path=/none", tmp_path), "config", "check", "good.toml")
    (tmp_path / "bad.toml").write_text("[queue]\ntrys = 4\n")
    assert "bad.toml:2" in faxctl(("unix:path=/none", tmp_path), "config", "check", "bad.toml", code=1)
