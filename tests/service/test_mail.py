# SPDX-License-Identifier: GPL-3.0-or-later
"""News by mail, with a real mail server that is rude at every step (P28): never none, and twice only where SMTP itself
cannot know.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import img2pdf  # noqa: F401 - loading it costs half a second: not within a test's time
import pytest
from aiosmtpd.smtp import SMTP

from faxcore.api.api_error import ApiError
from faxcore.config import Config, PersonConfig
from faxcore.config.mail import MailConfig
from faxcore.contract.administration import OpenDelivery
from faxcore.contract.mail_messages import MailOrder, MailServer, MailText, pack_mail
from faxcore.model.sentence import literal
from faxcore.outbox.mailer_process import MailerProcess
from faxcore.service import FaxService
from faxcore.store.deliveries import Channel
from tests.service.test_office_lines import Clock
from tests.support.rude_smtp import RudeServer, cut
from tests.support.service_parts import ME, administrator, configured, document, running, script, submit
from tests.support.units import Units
from tests.support.waiting import until

ANNE = "anne@example.org"
START = "2026-11-28 14:05"
RING = {"line-1": {"pages": 2, "end": "ok", "called": "0199000001"}}


def mailing(folder: Path, server: RudeServer, person: PersonConfig | None = None, **mail: Any) -> Config:
    """A configuration in which ME has mail."""
    wanted = MailConfig(
        server="localhost",
        port=server.port,
        encryption="starttls" if server.certificates else "none",
        certificates=server.certificates,
        sender="fax@example.org",
        news=("received", "sent", "failed", "retried"),
    )
    config = configured(folder, mail=replace(wanted, **mail), station_name="Mairie de Lutèce")
    return replace(config, persons=(person or PersonConfig(ME, mail=ANNE, language="en"),))


async def nothing_waits(service: FaxService) -> None:
    """Everything has been told by mail, or given up."""
    await until("the mail to go its way", lambda: not service.store.deliveries.count_waiting(Channel.MAIL))


def open_mails(service: FaxService) -> tuple[OpenDelivery, ...]:
    return service.open_deliveries.page("").deliveries


def attachments(mail: EmailMessage) -> list[tuple[str, bytes]]:
    return [(str(part.get_filename()), part.get_content()) for part in mail.iter_attachments()]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    content: str = part.get_content()
    return content


def receive(folder: Path, server: RudeServer, config: Config, *moments: str) -> tuple[OpenDelivery, ...]:
    """Let a fax come in, and the clock be set on to each of these moments; what is still open then."""
    clock = Clock(START)

    async def main() -> tuple[OpenDelivery, ...]:
        async with running(folder, config, **clock.parts()) as (service, listener):
            await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            for moment in moments:
                await until(
                    "the mail to go its way",
                    lambda: all(mail.attempts for mail in open_mails(service)) or service.outboxes.mail.down,
                )
                await until("the mail to go its way", lambda: not service.outboxes.mail.busy)
                clock.now = Clock(moment).now
                service.outboxes.mail.retry()
                await until("the mail to go its way", lambda: not service.outboxes.mail.busy)
            if not moments:
                await until(
                    "the mail to go its way",
                    lambda: server.came.qsize() or open_mails(service) and open_mails(service)[0].attempts,
                )
                await until("the mail to go its way", lambda: not service.outboxes.mail.busy)
            return open_mails(service)

    script(folder, ring=RING)
    return asyncio.run(main())


def test_a_received_fax_comes_by_mail_with_its_document(tmp_path: Path) -> None:
    with RudeServer() as server:
        config = mailing(tmp_path, server, PersonConfig(ME, mail=ANNE, language="fr"))
        assert receive(tmp_path, server, config) == ()
    (mail,) = server.taken
    assert server.senders == ["fax@example.org"]
    assert (mail["From"], mail["To"]) == ("Mairie de Lutèce <fax@example.org>", ANNE)
    assert mail["Subject"] == "Fax de Somebody, pages\u00a0: 2"
    assert mail["Message-ID"].endswith("@example.org>") and mail["Auto-Submitted"] == "auto-generated"
    ((name, octets),) = attachments(mail)
    (own,) = tmp_path.glob("state/calls/*/reception.pdf")
    assert name.startswith("fax 2026-11-28 ") and name.endswith(".pdf") and octets == own.read_bytes()
    assert "Un fax a été reçu." in text_of(mail) and "01 99 00 00 01" in text_of(mail)
    html = mail.get_body(("html",))
    assert html is not None and "<p>Un fax a été reçu.</p>" in html.get_content()


@pytest.mark.parametrize(
    ("step", "answer"),
    [("MAIL", "451 not now"), ("RCPT", "450 greylisted"), ("DATA", "451 not now"), ("DATA", "421 going down")],
)
def test_what_the_server_does_not_take_now_it_gets_later_and_once(tmp_path: Path, step: str, answer: str) -> None:
    with RudeServer() as server:
        server.rude(step, answer)
        assert receive(tmp_path, server, mailing(tmp_path, server), "2026-11-28 14:10") == ()
    assert len(server.taken) == 1


@pytest.mark.parametrize("step", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_connection_that_is_cut_before_the_mail_was_taken(tmp_path: Path, step: str) -> None:
    with RudeServer() as server:
        server.rude(step, cut)
        assert receive(tmp_path, server, mailing(tmp_path, server), "2026-11-28 14:10") == ()
    assert len(server.taken) == 1


def test_a_connection_that_is_cut_after_data_is_the_only_way_to_two_and_they_are_one(tmp_path: Path) -> None:
    with RudeServer() as server:
        server.rude("TAKEN", cut)
        assert receive(tmp_path, server, mailing(tmp_path, server), "2026-11-28 14:10") == ()
    assert len(server.taken) == 2
    assert len({mail["Message-ID"] for mail in server.taken}) == 1


@pytest.mark.parametrize(("step", "answer"), [("RCPT", "550 no such mailbox"), ("DATA", "554 5.7.1 we do not like it")])
def test_what_will_never_be_taken_is_given_up_loudly(tmp_path: Path, step: str, answer: str) -> None:
    async def main() -> None:
        async with running(tmp_path, mailing(tmp_path, server)) as (service, _listener):
            await until("the mail to go its way", lambda: any(mail.given_up for mail in open_mails(service)))
            (mail,) = open_mails(service)
            assert (mail.kind, mail.address, mail.attempts, mail.next_try) == ("reception", ANNE, 1, "")
            assert answer in str(mail.reason)
            warned = lambda: "could not be delivered" in " ".join(map(str, service.status().warnings))  # noqa: E731
            await until("the administrator to be warned", warned)
            await administrator(service).retry_deliveries(ME)
            await until("the mail to go its way", lambda: open_mails(service) == ())

    script(tmp_path, ring=RING)
    with RudeServer() as server:
        server.rude(step, answer)
        asyncio.run(main())
    assert len(server.taken) == 1


def test_a_mail_that_is_not_taken_for_days_is_given_up(tmp_path: Path) -> None:
    with RudeServer() as server:
        server.rude("RCPT", *["450 not yet"] * 10)
        (mail,) = receive(tmp_path, server, mailing(tmp_path, server), "2026-11-28 14:10", "2026-12-03 14:06")
    assert mail.given_up and mail.attempts == 3 and server.taken == []


@pytest.mark.parametrize("size", ["552 too large", "SIZE"])
def test_a_document_that_is_too_large_for_the_server_stays_here(tmp_path: Path, size: str) -> None:
    with RudeServer(size=3000 if size == "SIZE" else 1_000_000) as server:
        if size != "SIZE":
            server.rude("DATA", size)
        assert receive(tmp_path, server, mailing(tmp_path, server)) == ()
    (mail,) = server.taken
    assert attachments(mail) == []
    assert "The document is too large for a mail" in text_of(mail)


def test_a_mail_without_documents_says_where_they_are(tmp_path: Path) -> None:
    person = PersonConfig(ME, mail=ANNE, language="en", mail_documents=())
    with RudeServer() as server:
        assert receive(tmp_path, server, mailing(tmp_path, server, person)) == ()
    (mail,) = server.taken
    (own,) = (tmp_path / "received").glob("*.pdf")
    assert attachments(mail) == []
    assert "it is in the program Faxes" in text_of(mail) and str(own) in text_of(mail)


# ---------------------------------------------------------------- the way to the server


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text("geheim-4711\n")
    path.chmod(0o600)
    return path


def test_login_over_tls(tmp_path: Path, password_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with RudeServer(tls=True, password="geheim-4711", folder=tmp_path) as server:
        config = mailing(tmp_path, server, user="facteur", password_file=password_file)
        assert receive(tmp_path, server, config) == ()
    assert len(server.taken) == 1
    assert "geheim" not in capfd.readouterr().err


@pytest.mark.parametrize("fault", ["untrusted", "no-tls", "login", "password", "closed", "refused"])
def test_without_a_way_to_the_server_mails_wait_and_nothing_is_said_in_clear(
    tmp_path: Path, password_file: Path, fault: str
) -> None:
    said = {
        "untrusted": "its certificate is not trusted",
        "no-tls": "it does not offer what is configured",
        "login": "does not accept the login: 535",
        "password": "The password of the mail server cannot be read",
        "closed": "Connection refused",
        "refused": "does not take mail from us: 550 who are you",
    }[fault]

    async def main() -> None:
        async with running(tmp_path, config, **clock.parts()) as (service, _listener):
            await until("the mail to go its way", lambda: bool(service.outboxes.mail.down))
            assert said in str(service.outboxes.mail.down)
            (mail,) = open_mails(service)
            assert not mail.attempts and not mail.given_up, "it is not to blame"
            clock.now = Clock("2026-11-28 14:15").now
            warnings = [str(warning) for warning in service.status().warnings]
            assert any(said in warning and warning.startswith("No mail goes out") for warning in warnings)
            result = await administrator(service).test_mail(ME, "bob@example.org")
            assert not result.sent and said in str(result.reason)

    tls = fault in ("untrusted", "login", "password")
    clock = Clock(START)
    script(tmp_path, ring=RING)
    with RudeServer(tls=tls, password="other" if fault == "login" else "", folder=tmp_path) as server:
        config = mailing(tmp_path, server)
        if fault in ("login", "password"):
            path = password_file if fault == "login" else tmp_path / "nowhere"
            config = replace(config, mail=replace(config.mail, user="facteur", password_file=path))
        if fault == "untrusted":
            config = replace(config, mail=replace(config.mail, certificates=None))
        if fault == "no-tls":
            config = replace(config, mail=replace(config.mail, encryption="starttls"))
        if fault == "closed":
            config = replace(config, mail=replace(config.mail, port=1))
        if fault == "refused":
            server.rude("MAIL", *["550 who are you"] * 3)
        asyncio.run(main())
    assert server.taken == [] and (fault == "refused" or "MAIL" not in server.steps)


# ---------------------------------------------------------------- processes that die


def kill_mailer(_smtp: SMTP) -> str:
    """Kill the mailer whose connection this is."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and b"faxcore.mailer.mail_worker" in _read_command(entry):
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid():
                os.kill(int(entry.name), signal.SIGKILL)
    return "451 nobody hears this"


def _read_command(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:  # it has gone meanwhile
        return b""


@pytest.mark.parametrize(("step", "copies"), [("EHLO", 1), ("MAIL", 1), ("RCPT", 1), ("DATA", 1), ("TAKEN", 2)])
def test_the_mailer_is_killed_at_every_step(tmp_path: Path, step: str, copies: int) -> None:
    with RudeServer() as server:
        server.rude(step, kill_mailer)
        assert receive(tmp_path, server, mailing(tmp_path, server), "2026-11-28 14:10") == ()
    assert len(server.taken) == copies
    assert len({mail["Message-ID"] for mail in server.taken}) == 1


def test_a_service_that_ends_before_it_heard_sends_again_under_the_same_name(tmp_path: Path) -> None:
    held = asyncio.Event()

    async def first() -> None:
        loops.append(asyncio.get_running_loop())
        async with running(tmp_path, config):
            await held.wait()

    async def second() -> None:
        async with running(tmp_path, config) as (service, _listener):
            # The first service may have noted that its mailer ended: then it is due later.
            await administrator(service).retry_deliveries(ME)
            await nothing_waits(service)

    def end_the_service(smtp: SMTP) -> str:
        loops[0].call_soon_threadsafe(held.set)
        return kill_mailer(smtp)

    loops: list[asyncio.AbstractEventLoop] = []
    script(tmp_path, ring=RING)
    with RudeServer() as server:
        config = mailing(tmp_path, server)
        server.rude("TAKEN", end_the_service)
        asyncio.run(first())
        script(tmp_path)
        asyncio.run(second())
    assert len(server.taken) == 2
    assert len({mail["Message-ID"] for mail in server.taken}) == 1


# ---------------------------------------------------------------- those who send


def news_of_sending(folder: Path, results: Iterable[str], person: PersonConfig | None = None) -> list[EmailMessage]:
    """Send one fax whose calls end so; the mails of it."""

    async def main() -> None:
        async with running(folder, config) as (service, listener):
            job = await submit(service, document(folder))
            await listener.until_job(job, "done", "failed", "uncertain")
            await nothing_waits(service)

    script(folder, {"0199000002": list(results)})
    with RudeServer() as server:
        config = mailing(folder, server, person)
        asyncio.run(main())
    return server.taken


def test_senders_hear_of_what_arrived_with_the_receipt(tmp_path: Path) -> None:
    (mail,) = news_of_sending(tmp_path, ["ok"])
    assert mail["Subject"] == "Fax to Martin has arrived"
    ((name, octets),) = attachments(mail)
    assert name == "receipt.pdf" and octets.startswith(b"%PDF")


def test_senders_hear_of_each_call_that_failed_if_they_want(tmp_path: Path) -> None:
    *retries, last = news_of_sending(tmp_path, ["busy", "busy", "busy"])
    assert last["Subject"] == "Fax to Martin was not sent"
    assert "Given up" in text_of(last)
    # With no wait between the calls, a mail about the first may be late: then there is none.
    assert {mail["Subject"] for mail in retries} <= {"Fax to Martin will be tried again"}


def test_senders_hear_that_a_fax_may_have_arrived(tmp_path: Path) -> None:
    (mail,) = news_of_sending(tmp_path, ["unconfirmed"])
    assert mail["Subject"] == "Fax to Martin may have arrived"
    assert attachments(mail) == [] and "Ask the recipient" in text_of(mail)


def test_who_wants_no_mail_gets_none(tmp_path: Path) -> None:
    assert news_of_sending(tmp_path, ["ok"], PersonConfig(ME, mail=ANNE, mail_news=("received",))) == []
    assert news_of_sending(tmp_path, ["ok"], PersonConfig(ME)) == []


# ---------------------------------------------------------------- the administrator


def test_a_test_mail_tells_what_the_server_says(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, config) as (service, _listener):
            admin = administrator(service)
            result = await admin.test_mail(ME, "bob@example.org")
            assert result.sent and not result.reason
            with pytest.raises(ApiError, match="not a valid mail address"):
                await admin.test_mail(ME, "bob@example.org\r\nRCPT TO:<eve@example.org>")

    script(tmp_path)
    with RudeServer() as server:
        config = mailing(tmp_path, server)
        asyncio.run(main())
    (mail,) = server.taken
    assert mail["To"] == "bob@example.org" and "This is a test" in text_of(mail)


def test_without_a_mail_server_nothing_is_kept_for_it(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, config) as (service, listener):
            await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
            assert open_mails(service) == ()
            with pytest.raises(ApiError, match="names no mail server"):
                await administrator(service).test_mail(ME, ANNE)

    config = replace(configured(tmp_path), persons=(PersonConfig(ME, mail=ANNE),))
    script(tmp_path, ring=RING)
    asyncio.run(main())


def test_the_offices_own_templates(tmp_path: Path) -> None:
    own, again = tmp_path / "templates", tmp_path / "again"
    own.mkdir()
    again.mkdir()
    (own / "received.en.txt").write_text("Subject: Doctor, {{ pages }} pages from {{ caller }}\n\n{{ called }}!\n")
    with RudeServer() as server:
        config = mailing(tmp_path, server, templates=own)
        assert receive(tmp_path, server, config) == ()
        (own / "received.en.txt").write_text("{{ ''.__class__.__mro__ }}")
        assert receive(again, server, mailing(again, server, templates=own)) == ()
    own_text, shipped = server.taken
    assert own_text["Subject"] == "Doctor, 2 pages from Somebody 06 11 22 33 44"
    assert text_of(own_text).strip() == "01 99 00 00 01!"
    assert "A fax was received." in text_of(shipped), "a template that is not one does not keep the mail back"


def test_operators_hear_of_alarms_and_of_their_end(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, config, low=1 << 60, check_seconds=0.02) as (service, _listener):
            await until("the mail to go its way", lambda: len(server.taken) == 1)
            service.health._low = 0
            await until("the mail to go its way", lambda: len(server.taken) == 2)

    script(tmp_path)
    with RudeServer() as server:
        server.rude("RCPT", "450 not yet")
        config = mailing(tmp_path, server, operators=("root@example.org",))
        asyncio.run(main())
    begun, over = server.taken
    assert "nearly full" in text_of(begun) and "No more: " not in text_of(begun)
    assert "No more: The disk of the fax service is nearly full" in text_of(over)


def test_the_mailer_reads_nothing_but_what_mail_needs(tmp_path: Path) -> None:
    """A program in its place, behind its wall, tries what the house has (P18)."""
    secret = tmp_path / "secret"
    secret.write_text("patients")
    code = f"""
import socket, ssl
from pathlib import Path
from faxcore.contract.mail_messages import MailServer
from faxcore.mailer.mail_worker import _build_wall
_build_wall(MailServer("localhost", 25, "none", "fax@example.org"))
for act in (
    lambda: Path({str(secret)!r}).read_text(),
    lambda: Path({str(secret)!r}).unlink(),
    lambda: Path({str(tmp_path)!r}, "new").write_text("x"),
    lambda: Path("/etc/passwd").read_text(),
    lambda: Path("/proc/1/environ").read_bytes(),
    lambda: Path("/etc/hosts").open("a"),
):
    try:
        act()
        print("done")
    except OSError as error:
        print(type(error).__name__)
ssl.create_default_context()
print(socket.getaddrinfo("localhost", 25)[0][4][1])
with socket.create_connection(("localhost", {{port}})) as line:
    print(line.recv(3).decode())
"""
    with RudeServer() as server:
        run = subprocess.run(
            [sys.executable, "-c", code.replace("{port}", str(server.port))],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert run.stdout.split() == ["PermissionError"] * 6 + ["25", "220"]
    assert secret.read_text() == "patients"


def test_a_mailer_in_a_unit_of_its_own_is_given_one_mail_after_another(tmp_path: Path) -> None:
    units = Units(tmp_path, "faxcore.mailer.mail_worker")
    try:
        with RudeServer() as server:
            config = mailing(tmp_path, server)

            async def main() -> None:
                async with running(tmp_path, config, mailer=MailerProcess(unit=units.place)) as (service, listener):
                    await listener.until(lambda _uid, name, _values: name == "ReceptionArrived")
                    await nothing_waits(service)
                    await until("the mailer to rest", lambda: not units.living())

            script(tmp_path, ring=RING)
            asyncio.run(main())
            assert len(server.taken) == 1
    finally:
        units.close()
    assert len(units.processes) == 1


def test_a_mailer_in_a_unit_ends_with_its_service_though_the_server_keeps_it_waiting(tmp_path: Path) -> None:
    units = Units(tmp_path, "faxcore.mailer.mail_worker")
    silent = socket.create_server(("127.0.0.1", 0))
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as service:
            service.connect(str(units.place))
            service.send(pack_mail(MailServer("127.0.0.1", silent.getsockname()[1], "none", "fax@example.org")))
            service.send(pack_mail(MailOrder("1", ANNE, "2026-11-28T14:05:00+00:00", MailText("test", literal("Fax")))))
            connection, _address = silent.accept()
        assert units.processes[0].wait(timeout=20) == 1
        connection.close()
    finally:
        silent.close()
        units.close()
