# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl doctor`: it finds what is wrong, whether the service works or not, and its report names nobody."""

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from faxcore.cli.main import main
from faxcore.doctor.finding import Verdict
from faxcore.doctor.service_checks import ask_service, check_service
from tests.support.service_fixture import as_nobody, main_as, make_document, needs_root, public_folder, serving
from tests.support.waiting import wait_until

WORDS = (
    "Kanarlinie",
    "Kanarperson",
    "Kanarmail",
    "Kanarordner",
    "Kanarregel",
    "Kanarstat",
    "Kanartitel",
    "Kanarperson",
)
NUMBERS = ("199000001", "199000002", "99887766", "55443322")
CONFIG = """
[station]
id = "Kanarstat 99887766"
name = "Kanarperson"
[folders]
state = "{folder}/state"
received = "{folder}/Kanarordner"
[mail]
server = "Kanarmail.example"
sender = "Kanarmail@example.org"
[[line]]
name = "Kanarlinie-1"
device = "/nowhere/line-1"
numbers = [{ number = "0199000001", owners = ["Kanarperson"], name = "Kanarperson" }]
[[line]]
name = "Kanarlinie-2"
device = "/nowhere/Kanarlinie-2"
direction = "in"
[[person]]
name = "Kanarperson"
full_name = "Kanarperson Kanarperson"
mail = "Kanarmail@example.org"
telephone = "0155443322"
[[rule]]
name = "Kanarregel"
hours = ["Mon 00:00-00:01"]
"""
SCRIPT = {
    "dial": {"0199000002": ["busy"]},
    "absent": {"Kanarlinie-2": "Kanarlinie-2 is unplugged by Kanarperson"},
}


def test_a_service_that_does_not_run_is_said_and_the_rest_is_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "facteur.toml").write_text(f'[folders]\nstate = "{tmp_path}/state"\n')
    where = ["--bus", "unix:path=/nowhere", "doctor", "--config", str(tmp_path / "facteur.toml")]
    assert main(where) == 1
    said = capsys.readouterr().out
    assert "does not answer" in said and "systemctl start facteur" in said and "Python" in said
    assert main([*where, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert not found["good"]
    assert {each["area"] for each in found["findings"]} >= {"service", "folders", "printer", "machine", "packages"}
    assert all(each["remedy"] for each in found["findings"] if each["verdict"] == "wrong")


@needs_root
def test_a_service_at_work_is_told_of_and_a_report_names_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(SCRIPT, config=CONFIG) as (address, folder):
        document = make_document(folder).rename(folder / "Kanartitel.tif")
        assert main(["--bus", address, "send", "--to", "0199000002", str(document)]) == 0
        capsys.readouterr()

        def look() -> str:
            main(
                ["--bus", address, "doctor", "--config", str(folder / "facteur.toml"), "--report", str(tmp_path / "r")]
            )
            return capsys.readouterr().out

        said = wait_until("the line that is absent", lambda: (text := look()) and "is absent" in text and text)
        assert "The database (SQLite) is whole" in said
        assert "Line 2 (Kanarlinie-2) is absent" in said and "held back" in said
        report = (tmp_path / "r").read_text()
        assert (tmp_path / "r").stat().st_mode & 0o777 == 0o600
        private = [*WORDS, *NUMBERS, str(folder)]
        assert [word for word in private if word.lower() in report.lower()] == []
        assert "Line 2 ((hidden)) is absent" in report and "The database (SQLite) is whole" in report
        assert [word for word in WORDS[:2] if word in said] == list(WORDS[:2]), "what is looked for is there"

        async def ask() -> dict[str, object]:
            with tempfile.TemporaryDirectory() as place:
                found = await ask_service(address, Path(place) / "snapshot")
            verdicts = [each.verdict for each in check_service(found)]
            return {"admin": found.sees_all, "snapshot": found.snapshot, "wrong": Verdict.WRONG in verdicts}

        assert as_nobody(ask) == {"admin": False, "snapshot": False, "wrong": True}


@needs_root
@pytest.mark.parametrize("runs", [True, False])
def test_whoever_may_not_look_into_the_folder_is_told_the_rest(runs: bool) -> None:
    rights = '[administration]\nmay_change = ["nogroup"]\nmay_see = ["lp"]\n'
    with ExitStack() as stack:
        if runs:
            address, folder = stack.enter_context(serving({"dial": {}}, config=rights + CONFIG))
        else:
            address, folder = "unix:path=/nowhere", stack.enter_context(public_folder())
            (folder / "facteur.toml").write_text((rights + CONFIG).replace("{folder}", str(folder)))
            (folder / "state").mkdir()
            (folder / "state/facteur.db").touch()
        (folder / "state").chmod(0o750)
        config = str(folder / "facteur.toml")

        def look(user: str) -> str:
            status, said, complaint = main_as(user, main, "--bus", address, "doctor", "--config", config)
            assert (status, complaint) == (1, "")
            assert "state folder" in said and "Kanarlinie" in said or not runs
            return said

        everything, all_that_is_seen, own = look("nobody"), look("lp"), look("games")
    if runs:
        assert "You are no administrator: what only they see is left out." in own
        assert "News that wait" not in own and "The database" not in own
        assert "News that wait" in all_that_is_seen and "You may change nothing here" in all_that_is_seen
        assert "News that wait" in everything and "The database (SQLite) is whole" in everything
