# SPDX-License-Identifier: GPL-3.0-or-later
"""faxctl, as a person and as a script would use it, with a service on a private bus."""

import asyncio
import getpass
import json
import subprocess
import sys
import unicodedata
from collections.abc import Awaitable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faxcore import t4
from faxcore.bus import client
from faxcore.cli.main import main
from faxcore.contract.order import Order
from faxcore.contract.printed import KeptOrder
from tests.support.bus_fixture import private_bus
from tests.support.fake_service import FakeDesk, serve
from tests.support.service_fixture import make_document, public_folder, service, serving
from tests.support.waiting import wait_until

SCRIPT = {
    "dial": {
        "0199000002": ["busy", "ok"],
        "0199000003": ["unconfirmed", "ok"],
        "0199000011": ["ok", "ok"],
        "0199000012": ["ok"],
        "0199000004": ["hang"],
        "0199000005": ["ok", "ok"],
        "0199000006": ["ok"],
        "0199000010": ["hang-after-1"],
    },
    "fetch": {"0199000008": ["ok"], "0199000009": ["none"]},
    "ring": {"line-1": {"pages": 1, "end": "ok", "called": "0199000001", "sub": "42"}},
}
LINE = '[[line]]\nname = "line-{0}"\ndevice = "/nowhere/line-{0}"\n'


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Path]]:
    with serving(SCRIPT) as served:
        make_document(served[1])
        yield served


def run_faxctl(served: tuple[str, Path], *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "faxcore.cli.main", "--bus", served[0], *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=served[1],
    )
    assert "Traceback" not in done.stderr
    return done


def faxctl(served: tuple[str, Path], *arguments: str, code: int = 0) -> str:
    done = run_faxctl(served, *arguments)
    assert done.returncode == code, done
    return done.stdout if code == 0 else done.stderr


def test_a_fax_from_the_command_line(served: tuple[str, Path]) -> None:
    shown = json.loads(
        faxctl(served, "send", "--to", "0199000002", "--last-name", "Martin", "--wait", "--json", "document.tif")
    )
    job, calls = shown["job"], shown["calls"]
    assert (job["state"], job["dials"], job["tries"], job["reason"]) == ("done", 2, 1, "")
    assert [(call["outcome"], call["reason"]) for call in calls] == [("busy", "The end is busy."), ("ok", "")]
    assert "done" in faxctl(served, "list")
    assert json.loads(faxctl(served, "show", "--json", job["id"]))["job"]["recipient"] == "Martin"
    assert "The end is busy." in faxctl(served, "show", job["id"])
    faxctl(served, "get", job["id"], "calls.txt")
    assert (served[1] / "calls.txt").read_text()


def test_a_cover_page_alone_from_the_command_line(served: tuple[str, Path]) -> None:
    alone = ("send", "--to", "0199000002", "--header", "cover", "--at", "+2h")
    job = faxctl(served, *alone, "--subject", "Roof", "--message", "We come on Monday.").strip()
    shown = json.loads(faxctl(served, "show", "--json", job))["job"]
    assert (shown["pages"], shown["subject"], shown["title"]) == (1, "Roof", "")
    faxctl(served, "cancel", job)
    assert "Nothing stands on the cover page yet" in faxctl(served, *alone, code=1)
    bare = ("send", "--to", "0199000002", "--header", "plain", "--message", "We come.")
    assert "There is nothing to send" in faxctl(served, *bare, code=1)


def test_a_draft_without_a_document_is_listed_by_its_subject(served: tuple[str, Path]) -> None:
    async def begin() -> str:
        async with client.connect(served[0]) as desk:
            return (await desk.begin_empty_draft(KeptOrder(Order(subject="Begun")))).id

    draft = asyncio.run(begin())
    assert [line.split()[-1] for line in faxctl(served, "drafts").splitlines() if line.startswith(draft)] == ["Begun"]
    faxctl(served, "drafts", "--discard", draft)


def test_the_same_pages_to_the_same_number_are_said_and_sent(served: tuple[str, Path]) -> None:
    make_document(served[1], pages=3, name="twice.tif")
    to = ("send", "--to", "0199000011", "--wait", "--json", "twice.tif")
    first = run_faxctl(served, *to)
    second = run_faxctl(served, *to)
    assert (first.returncode, second.returncode, first.stderr) == (0, 0, "")
    first_id, second_id = (json.loads(done.stdout)["job"]["id"] for done in (first, second))
    assert first_id != second_id
    assert second.stderr.startswith("The same pages were sent to 01 99 00 00 11 at ")
    assert f"(fax {first_id})" in second.stderr and f"faxctl cancel {second_id}" in second.stderr
    assert run_faxctl(served, "send", "--to", "0199000012", "twice.tif").stderr == ""


def test_a_comment_is_written_found_and_removed(served: tuple[str, Path]) -> None:
    job = faxctl(served, "send", "--to", "0199000006", "--at", "+2h", "document.tif").strip()
    faxctl(served, "comment", job, "bring\nthe ladder")
    assert "bring the ladder" in faxctl(served, "list", "--search", "ladder")
    assert json.loads(faxctl(served, "show", "--json", job))["job"]["comment"] == "bring\nthe ladder"
    faxctl(served, "comment", job)
    assert faxctl(served, "list", "--search", "ladder") == ""
    assert "no fax" in faxctl(served, "comment", "nothing", "forged", code=1)
    faxctl(served, "cancel", job)


def test_how_long_the_call_will_be(served: tuple[str, Path]) -> None:
    to = ("--to", "0199000007", "--last-name", "Martin")
    found = json.loads(faxctl(served, "estimate", *to, "--json", "document.tif"))
    assert found["pages"] == 2 and not found["known"]
    assert 10 < found["least"] <= found["seconds"] <= found["most"]
    text = faxctl(served, "estimate", *to, "document.tif")
    assert text.startswith("2 pages, about 0:") and "no fax has gone to this number before" in text
    assert "emergency" in faxctl(served, "estimate", "--to", "15", "document.tif", code=1)


def test_a_broadcast_from_the_command_line(served: tuple[str, Path]) -> None:
    names = served[1] / "list.csv"
    names.write_text("Numéro;Nom\n0199000007;Dupont\n15;Police\n")
    complaint = faxctl(served, "broadcast", "send", "--list", "list.csv", "document.tif", code=1)
    assert "Line 3 of the list" in complaint
    assert "cannot be read" in faxctl(served, "broadcast", "send", "--list", "none.csv", "document.tif", code=1)
    names.write_text("Numéro;Nom\n0199000007;Dupont\n0199000008;Martin\n")
    later = ("--at", "+2h", "--until", "+3h", "--priority", "normal", "--subject", "Roof")
    begun = json.loads(faxctl(served, "broadcast", "send", "--list", "list.csv", *later, "--json", "document.tif"))
    assert (begun["recipients"], begun["states"]) == (2, [{"state": "pending", "faxes": 2}])
    assert "2 recipients" in faxctl(served, "broadcast", "list")
    shown = faxctl(served, "broadcast", "show", begun["id"])
    assert "pending: 2" in shown and "Dupont" in shown and "Martin" in shown
    faxctl(served, "broadcast", "hold", begun["id"])
    faxctl(served, "broadcast", "release", begun["id"])
    faxctl(served, "broadcast", "cancel", begun["id"])
    ended = json.loads(faxctl(served, "broadcast", "show", "--json", begun["id"]))
    assert ended["states"] == [{"state": "cancelled", "faxes": 2}]
    assert "no broadcast" in faxctl(served, "broadcast", "show", "nothing", code=1)


@pytest.mark.parametrize(
    ("name", "subject", "header", "said"),
    [
        ("\U00010380\U00010381 A", "", "plain", "\U00010380\U00010381"),
        ("Martin", "\U00010380", "plain", ""),
        ("Martin", "\U00010380", "cover", "\U00010380"),
        ("כהן علي Müller", "Ünïcödé", "cover", ""),
    ],
)
def test_letters_without_a_font_are_said_before_sending(
    served: tuple[str, Path], name: str, subject: str, header: str, said: str
) -> None:
    make_document(served[1], name="letters.tif", text=f"{name} {header} {said}".encode())
    command = ["send", "--to", "0199000006", "--last-name", name, "--subject", subject, "--header", header]
    done = subprocess.run(
        [sys.executable, "-m", "faxcore.cli.main", "--bus", served[0], *command, "letters.tif"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=served[1],
    )
    assert done.returncode == 0
    warning = f"There is no font for {said}: a question mark stands for them on the page.\n"
    assert done.stderr == (warning if said else "")


@pytest.mark.parametrize(
    "number",
    [
        "\u202d\ufeff01 99\u200b 00 00 06\u200e\u202c",
        "01\u200999\u201100\u221200\t06",
        "٠١ ٩٩ ٠٠ ٠٠ ٠٦",
        "Télécopie\u00a0: +33 (0)1 99 00 00 06",
        "tel:+33-1-99-00-00-06",
    ],
)
def test_a_number_as_it_was_copied(served: tuple[str, Path], number: str) -> None:
    job = faxctl(served, "send", "--to", number, "document.tif").strip()
    assert json.loads(faxctl(served, "show", "--json", job))["job"]["number"] == "01 99 00 00 06"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("0199000002 / 0199000003", "may be more than one number"),
        ("0199000002 ext. 12", "has an extension"),
        ("0199000002 Martin", "“Martin” is no part of one"),
        ("0199000002" + "\u200b" * 5000 + "3", "is too long for a telephone number"),
    ],
)
def test_what_may_be_another_number_is_refused_with_the_reason(
    served: tuple[str, Path], number: str, reason: str
) -> None:
    assert reason in faxctl(served, "send", "--to", number, "document.tif", code=1)


@pytest.mark.parametrize(
    ("region", "number", "reason", "whole", "shown"),
    [
        ("DE", "471 1234", "begins with neither 0 nor +49", "0471 1234", "0471 1234"),
    ],
)
def test_a_number_without_its_area_code(region: str, number: str, reason: str, whole: str, shown: str) -> None:
    config = f'[dialling]\nregion = "{region}"\n[folders]\nstate = "{{folder}}/state"\n'
    with serving({"dial": {}, "ring": {}}, config=config) as served:
        make_document(served[1])
        assert reason in faxctl(served, "send", "--to", number, "document.tif", code=1)
        job = faxctl(served, "send", "--to", whole, "--at", "+1h", "document.tif").strip()
        assert json.loads(faxctl(served, "show", "--json", job))["job"]["number"] == shown
        faxctl(served, "cancel", job)


def test_the_state_of_the_lines(served: tuple[str, Path]) -> None:
    assert "line-1" in faxctl(served, "status")
    status = json.loads(faxctl(served, "status", "--json"))
    assert status["codec"] == t4.IMPLEMENTATION
    assert status["lines"][0]["numbers"] == ["0199000001"]


def test_the_rules_of_the_lines() -> None:
    lines = LINE.format(1) + 'direction = "in"\n' + LINE.format(2) + 'groups = ["west"]\npriority = 5\n'
    lines += LINE.format(3) + 'hours = ["Mon-Fri 08:00-18:00", "Sat 22:00-06:00"]\n'
    receiving = "[receiving]\nkeep_free = 1\nkeep_free_in = { west = 0 }\n"
    folders = '[folders]\nstate = "{folder}/state"\nreceived = "{folder}/received"\n'
    rules = '[[rule]]\nname = "Town"\ndestinations = ["+331"]\nlines = ["west"]\n'
    rules += '[[rule]]\nname = "Not far"\ndestinations = ["+332"]\nrefuse = true\n'
    with serving({"dial": {}}, config=lines + receiving + folders + rules) as served:
        said = faxctl(served, "status")
        assert "for receiving only\n" in said
        assert "in the groups west; priority 5\n" in said
        assert "dials Mon-Fri 08:00-18:00, Sat 22:00-06:00" in said
        assert "Lines that stay free for receiving: 1; free now: " in said
        assert "  rule “Town”; on west\n  rule “Not far”; such faxes are refused\n" in said
        assert "A fax is called 12 times at most" in said
        faxctl(served, "send", "--to", "0199000002", "--at", "+2h", str(make_document(served[1])))
        assert "  1 fax: They are to be sent later.\n" in faxctl(served, "status")
        status = json.loads(faxctl(served, "status", "--json"))
        assert [(held["faxes"], held["reason"]) for held in status["held_back"]] == [(1, "They are to be sent later.")]
        assert [line["direction"] for line in status["lines"]] == ["in", "both", "both"]
        assert [(line["groups"], line["priority"]) for line in status["lines"]] == [([], 0), (["west"], 5), ([], 0)]
        assert status["lines"][2]["hours"] == ["Mon-Fri 08:00-18:00", "Sat 22:00-06:00"]
        assert [(kept["count"], kept["group"]) for kept in status["kept_free"]] == [(1, "")]


def test_an_uncertain_fax_is_no_success_and_can_be_resolved(served: tuple[str, Path]) -> None:
    faxctl(served, "send", "--to", "0199000003", "--wait", "document.tif", code=14)
    (fax,) = [job for job in json.loads(faxctl(served, "list", "--json")) if job["state"] == "uncertain"]
    faxctl(served, "resolve", fax["id"], "arrived")
    assert json.loads(faxctl(served, "show", "--json", fax["id"]))["job"]["state"] == "done"
    assert "cannot be done" in faxctl(served, "resolve", fax["id"], "arrived", code=1)


def test_cancelling(served: tuple[str, Path]) -> None:
    job = faxctl(served, "send", "--to", "0199000004", "document.tif").strip()
    faxctl(served, "cancel", job)
    assert "no fax" in faxctl(served, "cancel", "no-such-fax", code=1)


def test_a_call_under_way(served: tuple[str, Path]) -> None:
    job = faxctl(served, "send", "--to", "0199000010", "document.tif").strip()
    known = "(to +33199000099, 14400 bit/s, error correction, about "
    wait_until("a page to be sent", lambda: known in faxctl(served, "show", job))
    (line,) = [line for line in faxctl(served, "list").splitlines() if line.startswith(job)]
    assert f"sending page 1 of 2  {known}" in line and line.endswith(" s left)")
    live = json.loads(faxctl(served, "show", "--json", job))["job"]["live"]
    assert 0 < live.pop("seconds_left") <= 25
    assert live == {
        "line": "line-1",
        "remote_id": "+33199000099",
        "page": 1,
        "rate": 14400,
        "error_correction": True,
    }
    faxctl(served, "cancel", job)
    wait_until("its end", lambda: "cancelled" in faxctl(served, "show", job))
    assert "live" not in json.loads(faxctl(served, "show", "--json", job))["job"]


def test_holding_and_sending_later(served: tuple[str, Path]) -> None:
    job = faxctl(served, "send", "--to", "0199000006", "--at", "+3h", "document.tif").strip()

    def show() -> tuple[str, str]:
        shown = json.loads(faxctl(served, "show", "--json", job))["job"]
        return shown["state"], shown["next_try"]

    state, at = show()
    wait = datetime.fromisoformat(at) - datetime.now(UTC)
    assert state == "pending" and timedelta(hours=2.9) < wait <= timedelta(hours=3)
    here = datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
    assert f"from {here} on" in faxctl(served, "list", "--folder", "outbox")
    faxctl(served, "hold", job)
    assert show() == ("held", "")
    faxctl(served, "release", job)
    assert show() == ("pending", at)
    faxctl(served, "cancel", job)
    assert "cannot be done any more: the fax is cancelled" in faxctl(served, "release", job, code=1)
    for wrong, said in (("soon", "is not a time"), ("1999-01-01", "has passed"), ("+99999d", "more than a year")):
        code = 1 if wrong.startswith("+") else 2
        assert said in faxctl(served, "send", "--to", "0199000006", "--at", wrong, "document.tif", code=code)


def test_changing(served: tuple[str, Path]) -> None:
    job = faxctl(served, "send", "--to", "0199000006", "--at", "+3h", "document.tif").strip()
    told = ("--to", "0199000005", "--header", "cover", "--at", "+5h", "--until", "+6h", "--priority", "bulk")
    changed = json.loads(faxctl(served, "change", "--json", job, *told))
    assert (changed["number"], changed["header"], changed["priority"]) == ("01 99 00 00 05", "cover", "bulk")
    wait = datetime.fromisoformat(changed["next_try"]) - datetime.now(UTC)
    assert timedelta(hours=4.9) < wait <= timedelta(hours=5)
    assert json.loads(faxctl(served, "show", "--json", job))["job"] == changed
    assert "01 99 00 00 05" in faxctl(served, "change", job, "--until", "none")
    unended = json.loads(faxctl(served, "show", "--json", job))["job"]
    assert (unended["give_up_at"], unended["next_try"]) == ("", changed["next_try"])
    assert "Nothing is to be changed" in faxctl(served, "change", job, code=1)
    assert "emergency" in faxctl(served, "change", job, "--to", "112", code=1)
    assert "is not a time" in faxctl(served, "change", job, "--at", "soon", code=2)
    faxctl(served, "change", job, "--at", "now")
    wait_until("it to be sent", lambda: json.loads(faxctl(served, "show", "--json", job))["job"]["state"] == "done")
    assert "+33199000005" in faxctl(served, "show", job)


def test_who_pays(served: tuple[str, Path]) -> None:
    (payer,) = json.loads(faxctl(served, "payers", "--json"))
    assert (payer["code"], payer["name"], payer["kind"]) == ("4711", "Legal advice", "budget")
    assert faxctl(served, "payers") == faxctl(served, "payers", "--everybody")
    assert faxctl(served, "payers").split("  ")[0] == "4711" and "Legal advice" in faxctl(served, "payers")
    to = ("--to", "0199000006", "--at", "+3h", "document.tif")
    assert "There is no payer “4712”" in faxctl(served, "send", "--payer", "4712", *to, code=1)
    job = faxctl(served, "send", "--payer", "4711", *to).strip()
    fetching = faxctl(served, "fetch", "0199000008", "--at", "+3h", "--payer", "4711").strip()
    again = faxctl(served, "resend", job, "--to", "0199000005", "--at", "+3h").strip()
    (served[1] / "two.csv").write_text("number\n0199000005\n0199000006\n")
    many = ("broadcast", "send", "--list", "two.csv", "--at", "+3h", "--payer", "4711", "--title", "Paid")
    broadcast = faxctl(served, *many, "document.tif").strip()
    to_many = [line.split()[0] for line in faxctl(served, "broadcast", "show", broadcast).splitlines()[1:]]
    shown = [json.loads(faxctl(served, "show", "--json", each))["job"] for each in (job, fetching, again, *to_many)]
    assert [each["payer"] for each in shown] == ["4711"] * 5
    assert json.loads(faxctl(served, "change", "--json", job, "--payer", "none")).get("payer", "") == ""
    assert json.loads(faxctl(served, "change", "--json", job, "--payer", "4711"))["payer"] == "4711"
    assert "There is no payer" in faxctl(served, "change", job, "--payer", "4712", code=1)
    for each in (job, fetching, again):
        faxctl(served, "cancel", each)
    faxctl(served, "broadcast", "cancel", broadcast)


def test_a_sub_address_and_a_password(served: tuple[str, Path]) -> None:
    to = ("--to", "0199000006", "--sub-address", "4 2*")
    job = faxctl(served, "send", *to, "--password", "7391", "--at", "+3h", "document.tif").strip()
    shown = faxctl(served, "show", "--json", job)
    found = json.loads(shown)["job"]
    assert (found["number"], found["has_password"], "7391" in shown) == ("01 99 00 00 06 #4 2*", True, False)
    assert "password" in faxctl(served, "change", job, "--to", "0199000005", code=1)
    assert not json.loads(faxctl(served, "change", "--json", job, "--password", "none")).get("has_password")
    assert "twenty digits" in faxctl(served, "send", *to, "--password", "secret", "document.tif", code=2)
    assert "twenty digits" in faxctl(served, "send", "--to", "0199000006", "--sub-address", "4a", "a.tif", code=2)


def test_fetching(served: tuple[str, Path]) -> None:
    found = json.loads(faxctl(served, "fetch", "0199000008", "--selective", "7", "--wait", "--json"))["job"]
    assert (found["state"], found["kind"], found["number"], found["pages"]) == ("done", "fetch", "01 99 00 00 08 #7", 2)
    assert "fetch 2" in faxctl(served, "list")

    def came() -> list[tuple[str, int]]:
        receptions = json.loads(faxctl(served, "receptions", "--json"))
        return [(each["caller"], each["pages"]) for each in receptions if each.get("fetched")]

    wait_until("it to be filed", lambda: came() == [("01 99 00 00 08", 2)])
    faxctl(served, "fetch", "0199000009", "--wait", code=15)
    later = faxctl(served, "fetch", "0199000009", "--at", "+3h").strip()
    faxctl(served, "cancel", later)
    assert "emergency" in faxctl(served, "fetch", "112", code=1)


def test_offering(served: tuple[str, Path]) -> None:
    made = json.loads(faxctl(served, "offer", "--selective", "12", "--password", "7391", "--json", "document.tif"))
    assert (made["title"], made["pages"], made["has_password"]) == ("document", 2, True)
    assert "7391" not in json.dumps(made)
    other = faxctl(served, "offer", "--times", "1", "document.tif").strip()
    listed = faxctl(served, "offers", "list")
    assert f"{made['id']}  offered" in listed and "named 12, with a password" in listed and "fetched 0 of 1" in listed
    faxctl(served, "offers", "withdraw", other)
    assert f"{other}  ended" in faxctl(served, "offers", "show", other)
    assert [each["id"] for each in json.loads(faxctl(served, "offers", "list", "--json"))] == [other, made["id"]]
    timed = json.loads(faxctl(served, "offer", "--until", "+2h", "--json", "document.tif"))
    left = datetime.fromisoformat(timed["until"]) - datetime.now(UTC)
    assert timedelta(hours=1, minutes=50) < left <= timedelta(hours=2)
    faxctl(served, "offers", "withdraw", timed["id"])
    assert "your own numbers" in faxctl(served, "offer", "--number", "0199000099", "document.tif", code=1)
    faxctl(served, "offers", "withdraw", made["id"])


def test_sending_again(served: tuple[str, Path]) -> None:
    first = json.loads(faxctl(served, "send", "--to", "0199000006", "--wait", "--json", "document.tif"))["job"]
    again = json.loads(faxctl(served, "resend", "--json", first["id"], "--to", "0199000004", "--at", "+1d"))["job"]
    shown = json.loads(faxctl(served, "show", "--json", again))["job"]
    assert (shown["state"], shown["title"], shown["number"]) == ("pending", first["title"], "01 99 00 00 04")
    faxctl(served, "cancel", again)
    assert "no fax" in faxctl(served, "resend", "no-such-fax", code=1)


def test_what_calls_have_taught(served: tuple[str, Path]) -> None:
    faxctl(served, "send", "--to", "0199000006", "--wait", "document.tif")
    (found,) = [each for each in json.loads(faxctl(served, "destinations", "--json")) if each["number"][-1] == "6"]
    assert json.loads(faxctl(served, "destinations", "show", "--json", "0199000006")) == found
    assert "last reached" in faxctl(served, "destinations", "show", "01 99 00 00 06")
    assert "LOCKED" in faxctl(served, "destinations", "lock", "0199000006")
    assert "LOCKED" in faxctl(served, "destinations")
    assert "unlock it first" in faxctl(served, "destinations", "forget", "0199000006", code=1)
    assert "LOCKED" not in faxctl(served, "destinations", "unlock", "0199000006")
    faxctl(served, "destinations", "forget", "0199000006")
    assert "Nothing is known" in faxctl(served, "destinations", "show", "0199000006", code=1)


def test_received_faxes(served: tuple[str, Path]) -> None:
    for _attempt in range(100):
        found = json.loads(faxctl(served, "receptions", "--json"))
        if found:
            break
    faxctl(served, "get", found[0]["id"], "fetched.pdf")
    assert (served[1] / "fetched.pdf").read_bytes() == Path(found[0]["pdf"]).read_bytes()
    faxctl(served, "get", found[0]["id"], "fetched.xyz", code=1)
    listed = faxctl(served, "receptions")
    assert found[0]["pdf"] in listed and "  for 42  " in listed


def test_lists_of_folders_and_of_what_is_found(served: tuple[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    def here(*arguments: str) -> str:
        assert main(["--bus", served[0], *arguments]) == 0
        return capsys.readouterr().out

    def listed(*arguments: str, command: str = "list") -> list[str]:
        return [fax["id"] for fax in json.loads(here(command, "--json", *arguments))]

    to = ("send", "--to", "0199000005", "document.tif", "--wait", "--json", "--last-name")
    first = json.loads(faxctl(served, *to, "Lefèvre", "--subject", "Contrat d'été"))["job"]["id"]
    second = json.loads(faxctl(served, *to, "Garçon"))["job"]["id"]
    assert listed("--search", "lefevre", "ete") == [first] == listed("--search", "LEF contrat")
    assert listed("--search", "+33 1 99 00 00 05", "garcon") == [second]
    assert listed("--search", "lefevre", "garcon") == []
    assert listed("--most", "1") == [second]
    assert listed("--folder", "sent", "--most", "2") == [second, first]
    assert first not in listed("--folder", "outbox") and listed("--folder", "bin") == []
    text = here("list", "--folder", "sent", "--search", "lefevre")
    assert text.startswith(first) and text.count("\n") == 1
    wait_until("a received fax", lambda: listed(command="receptions"))
    received = listed(command="receptions")
    assert listed("--folder", "inbox") == received
    assert not set(received) & set(listed())
    assert listed("--search", "nobody", command="receptions") == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("--most", "0"), "0 is not a number of faxes"), (("--most", "x"), "x is not"), (("--folder", "x"), "choice")],
)
def test_a_list_that_cannot_be_is_refused(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--bus", "unix:path=/none", "list", *arguments])
    assert told in capsys.readouterr().err


def test_a_long_list_comes_by_pages_to_whoever_wants_it(tmp_path: Path) -> None:
    desk = FakeDesk()
    for number in range(450):
        desk.add_job(title=f"Letter {number} " + "x" * 250)
        if number % 3 == 0:
            desk.add_reception()
    newest = list(desk.jobs)[::-1]

    def count_pages() -> int:
        asked = [query for method, query in desk.asked if method == "list_faxes"]
        assert len(asked) == len(set(asked))
        desk.asked.clear()
        return len(asked)

    def read_one_line(command: list[str]) -> tuple[str, int, str]:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        process.stdout.close()  # the pipe holds 64 kilobytes, the list is longer
        with process.stderr as complaints:
            return line, process.wait(60), complaints.read()

    async def scenario(address: str) -> None:
        def ask(*arguments: str) -> Awaitable[str]:
            return asyncio.to_thread(faxctl, (address, tmp_path), *arguments)

        bus = await serve(desk, address)
        lines = (await ask("list")).splitlines()
        assert [line.split()[0] for line in lines] == newest
        assert count_pages() == 4
        assert [job["id"] for job in json.loads(await ask("list", "--json", "--most", "250"))] == newest[:250]
        assert count_pages() == 2
        assert len((await ask("receptions")).splitlines()) == 150
        desk.binned = {newest[0], desk.receptions[0].id}
        both = [fax["id"] for fax in json.loads(await ask("list", "--json", "--folder", "bin"))]
        assert both == sorted(desk.binned, reverse=True)
        command = [sys.executable, "-m", "faxcore.cli.main", "--bus", address, "list"]
        line, status, complaints = await asyncio.to_thread(read_one_line, command)
        assert (line.split()[0], status, complaints) == (newest[1], 141, "")
        await bus.close()

    with private_bus(tmp_path / "bus") as address:
        asyncio.run(scenario(address))


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


HOSTILE = "\x1b]0;owned\x07\x9b31m\u202etxet\r\udc9b"
"""What would name the terminal, colour and turn round what follows, and one octet that is not UTF-8."""


@pytest.mark.parametrize(
    "arguments",
    [
        ["send", "--to", "0199000002", f"{HOSTILE}.tif"],
        ["config", "check", f"{HOSTILE}.toml"],
        ["get", HOSTILE, "out.pdf"],
        ["get", "--json", "x", f"{HOSTILE}/out.pdf"],
        ["show", HOSTILE],
        [HOSTILE],
        ["list", "--folder", HOSTILE],
        ["modem", "probe", f"/dev/{HOSTILE}"],
        ["line", "send", "--device", f"/dev/{HOSTILE}", "--to", "0199000002", f"{HOSTILE}.tif"],
        ["store", "migrate", "--to", HOSTILE],
        ["printer", "check", "--name", HOSTILE],
    ],
    ids=lambda words: " ".join(word for word in words if word.isprintable()),
)
def test_no_text_gives_the_terminal_an_order(served: tuple[str, Path], arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "faxcore.cli.main", "--bus", served[0], *arguments],
        capture_output=True,
        timeout=60,
        cwd=served[1],
    )
    assert done.returncode in (1, 2, 3), done
    said = (done.stdout + done.stderr).decode()
    assert said.strip()
    assert "Traceback" not in said
    assert not [char for char in said if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in "\n\t"]


def test_a_strange_name_is_still_told(served: tuple[str, Path]) -> None:
    assert r"\u001b]0;owned\u0007" in faxctl(served, "config", "check", f"{HOSTILE}.toml", code=1)


@pytest.mark.parametrize("way", ["bus", "own socket"])
def test_waiting_for_a_fax_goes_on_over_a_restart_of_the_service(way: str) -> None:
    async def cancel(address: str) -> None:
        async with client.connect(address) as desk:
            (job,) = await desk.list_jobs()
            await desk.cancel_job(job.id)

    with public_folder() as folder, private_bus(folder / "bus") as bus:
        (folder / "script.json").write_text("{}")
        address = bus if way == "bus" else f"unix:path={folder}/socket;{bus}"
        command = [sys.executable, "-m", "faxcore.cli.main", "--bus", address, "send", "--to", "0199000002"]
        command += ["--at", "+1h", "--wait", str(make_document(folder))]
        with service(folder, bus):
            waiting = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            wait_until("the fax", lambda: asyncio.run(count_jobs(bus)) == 1)
        assert waiting.stderr is not None
        assert waiting.stderr.readline() == "The fax service is away: waiting until it is back.\n"
        with service(folder, bus):
            asyncio.run(cancel(bus))
            out, errors = waiting.communicate(timeout=60)
        assert (waiting.returncode, errors) == (17, "")
        assert "cancelled" in out


async def count_jobs(address: str) -> int:
    async with client.connect(address) as desk:
        return len(await desk.list_jobs())


def test_what_is_nobodys_is_given_to_its_reader() -> None:
    line = '[[line]]\nname = "line-1"\ndevice = "/dev/null"\nnumbers = [{ number = "0199000001" }]\n'
    folders = '[folders]\nstate = "{folder}/state"\nreceived = "{folder}/received"\n'
    ring = {"line-1": {"pages": 1, "end": "ok", "called": "0199000001"}}
    with serving({"dial": {}, "ring": ring}, config=line + folders) as served:
        for _attempt in range(100):
            found = json.loads(faxctl(served, "unassigned", "--json"))
            if found:
                break
        fax, me = found[0]["id"], getpass.getuser()
        assert "nobody's yet" in faxctl(served, "unassigned")
        assert "There is no received fax" in faxctl(served, "assign", fax, me, code=1)
        assert "nobody called nobody-at-all" in faxctl(served, "assign", "--any", fax, "nobody-at-all", code=1)
        faxctl(served, "assign", "--any", fax, me)
        assert faxctl(served, "unassigned") == ""
        assert [each["id"] for each in json.loads(faxctl(served, "receptions", "--json"))] == [fax]
        faxctl(served, "assign", fax, "daemon")
        assert json.loads(faxctl(served, "receptions", "--json")) == []


def test_the_ledger_is_checked_and_its_seals_are_noted(served: tuple[str, Path]) -> None:
    fax = json.loads(faxctl(served, "send", "--to", "0199000006", "--wait", "--json", str(served[1] / "document.tif")))
    assert fax["job"]["state"] == "done"
    noted = served[1] / "noted"
    noted.write_text(f"{faxctl(served, 'ledger', 'seal').strip()} 2026-11-28, by Anne\n\n")
    assert "as it was written" in faxctl(served, "ledger", "verify", "--seals", str(noted))
    found = json.loads(faxctl(served, "ledger", "verify", "--json"))
    assert found["rows"] >= 1 and len(found["seal"]) == 64 and found["findings"] == []
    place, text = noted.read_text().split()[:2]
    noted.write_text(f"{place} {text[::-1]}\n")
    refused = subprocess.run(
        [sys.executable, "-m", "faxcore.cli.main", "--bus", served[0], "ledger", "verify", "--seals", str(noted)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (refused.returncode, refused.stdout) == (1, f"Row {place}: its seal is not the one that was noted.\n")
    noted.write_text(f"{place} {text}\nsomething else\n")
    assert "noted:2: that is not a seal of a row." in faxctl(served, "ledger", "verify", "--seals", str(noted), code=2)


def test_what_is_left_of_a_limit(served: tuple[str, Path]) -> None:
    me = getpass.getuser()
    (before,) = json.loads(faxctl(served, "limits", "--json"))
    assert (before["name"], before["person"], before["counted"], before["per"]) == ("All", me, "pages", "month")
    job = faxctl(served, "send", "--to", "0199000006", "--at", "+3h", "document.tif").strip()
    (after,) = json.loads(faxctl(served, "limits", "--person", me, "--json"))
    pages = after["queued"] - before["queued"]
    assert pages > 0 and after["left"] == before["left"] - pages
    shown = faxctl(served, "limits")
    assert shown.startswith("All ") and f"{after['queued']} queued, {after['left']} left of" in shown
    assert shown in faxctl(served, "limits", "--everybody")
    lift = ("limits", "lift", "All", "--by", "25", "--reason", "the great mailing", "--person")
    assert "is lifted until its period ends" in faxctl(served, *lift, me)
    assert "has no user “nobody-at-all”" in faxctl(served, *lift, "nobody-at-all", code=1)
    (lifted,) = json.loads(faxctl(served, "limits", "--json"))
    assert (lifted["lifted"], lifted["left"]) == (25, after["left"] + 25)
    faxctl(served, "cancel", job)
