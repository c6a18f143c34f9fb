# SPDX-License-Identifier: GPL-3.0-or-later
"""What is looked at is judged as it is, and a report hides whatever is not said to be public."""

import sys
from pathlib import Path

import pytest

from faxcore.contract.service_status import Line, LineState, Status
from faxcore.doctor import house_checks, machine_checks
from faxcore.doctor.finding import Public, Verdict, hide
from faxcore.doctor.house_checks import check_database, check_folder, read_house
from faxcore.doctor.machine_checks import check_clock, check_ghostscript, check_landlock
from faxcore.doctor.service_checks import AtWork, check_service
from faxcore.model.sentence import Sentence
from faxcore.store.store import Store

NOW = 1_800_000_000.0


def test_what_is_not_public_is_hidden_however_deep() -> None:
    inner = Sentence("the line {line}", {"line": "Cabinet Martin"})
    sentence = Sentence("{a} {b} {c} {d}", {"a": "0199000002", "b": 3, "c": inner, "d": Public("1.2")})
    assert str(hide(sentence)) == "(hidden) 3 the line (hidden) 1.2"
    assert not hide(Sentence())


@pytest.mark.parametrize(
    ("now", "kept_right", "verdict"),
    [
        (NOW, True, Verdict.GOOD),
        (NOW, None, Verdict.GOOD),
        (NOW, False, Verdict.WARNING),
        (0.0, True, Verdict.WRONG),
    ],
)
def test_a_clock_is_judged(now: float, kept_right: bool | None, verdict: Verdict) -> None:
    found = check_clock(now, kept_right)
    assert found.verdict is verdict and bool(found.remedy) is (verdict is not Verdict.GOOD)


def test_what_documents_need_is_judged() -> None:
    assert (check_landlock(6).verdict, check_landlock(0).verdict) == (Verdict.GOOD, Verdict.WARNING)
    assert (check_ghostscript("libgs.so.10").verdict, check_ghostscript(None).verdict) == (Verdict.GOOD, Verdict.WRONG)


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_checks.metadata, "requires", lambda _name: ["no-such-package>=1", "Pillow>=1"])
    good, wrong = machine_checks.check_packages()
    assert "Pillow" in str(good.sentence) and "no-such-package" in str(wrong.sentence)


def test_a_package_that_debian_has_and_that_is_linked_is_not_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    debian, site = tmp_path / "debian", tmp_path / "site"
    (debian / "serial_port").mkdir(parents=True)
    (debian / "serial_port-3.5.egg-info").write_text("Metadata-Version: 1.1\nName: serial-port\nVersion: 3.5\n")
    site.mkdir()
    (site / "serial_port").symlink_to(debian / "serial_port")
    monkeypatch.setattr(machine_checks.metadata, "requires", lambda _name: ["serial-port>=3"])
    monkeypatch.setattr(sys, "path", [str(site)])
    (good,) = machine_checks.check_packages()
    assert "serial-port 3.5" in str(good.sentence)


def test_a_folder_is_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, folder = Sentence("state folder"), tmp_path / "state"
    assert check_folder(name, folder, is_ours=True).verdict is Verdict.WRONG
    folder.mkdir(mode=0o750)
    monkeypatch.setattr(house_checks, "free_octets", lambda _folder: 10**12)
    assert check_folder(name, folder, is_ours=True).verdict is Verdict.GOOD
    folder.chmod(0o755)
    assert "open to others (0755)" in str(check_folder(name, folder, is_ours=True).sentence)
    assert check_folder(name, folder, is_ours=False).verdict is Verdict.GOOD
    for free, verdict in ((10**8, Verdict.WARNING), (10**7, Verdict.WRONG)):
        monkeypatch.setattr(house_checks, "free_octets", lambda _folder, free=free: free)
        assert check_folder(name, folder, is_ours=False).verdict is verdict


def test_a_database_is_judged(tmp_path: Path) -> None:
    Store(tmp_path / "state").close()
    path = tmp_path / "state/facteur.db"
    (found,) = check_database(path, "SQLite")
    assert found.verdict is Verdict.GOOD
    path.write_bytes(b"no database at all" * 1000)
    (found,) = check_database(path, "SQLite")
    assert found.verdict is Verdict.WRONG and found.remedy


def test_a_wrong_configuration_is_told_and_hidden_in_a_report(tmp_path: Path) -> None:
    path = tmp_path / "facteur.toml"
    path.write_text('[station]\nid = "Kanarname is too long for a station id"\n')
    config, (found,) = read_house(path)
    assert config.simulated and found.verdict is Verdict.WRONG and found.remedy
    assert "facteur.toml" in str(found.sentence)
    assert "facteur.toml" not in str(hide(found.sentence)) and "Kanar" not in str(hide(found.sentence))
    path.write_text('[[line]]\nname = "a"\ndevice = "/dev/ttyS9"\nnumbers = []\n')
    assert [each.verdict for each in read_house(path)[1]] == [Verdict.GOOD]


def test_a_line_is_absent_for_a_reason_or_for_none_that_is_known() -> None:
    lines = (Line("one", LineState.STARTING), Line("two", LineState.ABSENT, Sentence("Its modem is gone.")))
    found = [str(each.sentence) for each in check_service(AtWork(status=Status("1", "python", lines)))]
    assert "Line 1 (one) is starting." in found
    assert "Line 2 (two) is absent: Its modem is gone." in found
