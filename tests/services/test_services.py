"""The servers the tests lean on hold what they promise."""

from __future__ import annotations

import smtplib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from tests.services.mail import MailServer
from tests.services.postgres import Server, packaged, server

ROOT = Path(__file__).resolve().parents[2]


def letter(subject: str = "Your first quarter") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message.set_content("Hello Priya")
    return message


def post(mail: MailServer, message: EmailMessage) -> None:
    with smtplib.SMTP(mail.host, mail.port, timeout=10) as client:
        client.send_message(message, "reels@ours.example", ["priya@acme.example"])


def tables(url: str) -> list[str]:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        names = sa.inspect(connection).get_table_names()
    engine.dispose()
    return names


def test_a_fresh_database_is_empty_whatever_another_holds(postgres: Server):
    """Tests on PostgreSQL must not see each other's tables."""
    with postgres.database() as one, postgres.database() as other:
        engine = sa.create_engine(one)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE touch (id int PRIMARY KEY)"))
        engine.dispose()

        assert (["touch"], []) == (tables(one), tables(other))


def test_a_database_goes_while_someone_is_connected(postgres: Server):
    """A test that leaks a connection must not fail the next one."""
    with postgres.database() as url:
        name = sa.make_url(url).database
        sa.create_engine(url).connect()
    with postgres.connect() as connection:
        left = connection.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name]).fetchone()

    assert (0,) == left


def test_the_packaged_server_serves_too():
    """Machines without Debian's PostgreSQL run the same tests."""
    with server(packaged()) as started, started.database() as url:
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            answer = connection.scalar(sa.text("SELECT 6 * 7"))
        engine.dispose()

    assert (42, False) == (answer, started.folder.exists())


def test_the_server_goes_with_the_process_that_started_it(tmp_path: Path):
    """A test run that is killed leaves no server and no folder behind."""
    script = (
        "import os, signal\n"
        "from tests.services.postgres import server\n"
        "with server() as s:\n"
        "    print(s.folder, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    folder = Path(run.stdout.strip())
    for _ in range(200):
        if not folder.exists():
            break
        subprocess.run(["sleep", "0.05"], check=True)
    running = [path for path in Path("/proc").glob("[0-9]*/cmdline") if str(folder) in _command_line(path)]

    assert (False, []) == (folder.exists(), running)


def _command_line(path: Path) -> str:
    """Empty for a process that has just ended."""
    try:
        return path.read_bytes().decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_mail_is_kept_with_its_envelope_and_time(smtp: MailServer):
    """Delivery tests judge what a real server took."""
    before = datetime.now(UTC)
    post(smtp, letter())
    got = smtp.received[0]

    assert ("reels@ours.example", ("priya@acme.example",), "Your first quarter", True) == (
        got.sender,
        got.recipients,
        got.message["Subject"],
        got.acknowledged,
    )
    assert before <= got.at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("command", "reply", "error"),
    [
        ("MAIL", "421 4.3.2 Shutting down", smtplib.SMTPSenderRefused),
        ("RCPT", "450 4.2.0 Greylisted", smtplib.SMTPRecipientsRefused),
        ("DATA", "552 5.2.2 Mailbox full", smtplib.SMTPDataError),
    ],
)
def test_a_refused_command_takes_nothing(smtp: MailServer, command: str, reply: str, error: type[Exception]):
    """The sender hears the very reply, at the very command."""
    smtp.refuse(command, reply)
    with pytest.raises(error, match=reply.split()[0]):
        post(smtp, letter())

    assert [] == smtp.received


def test_a_dropped_connection_leaves_the_sender_in_doubt(smtp: MailServer):
    """The message is in, the reply is not: the one outcome no retry may follow."""
    smtp.drop_after_data()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        post(smtp, letter())

    assert [False] == [message.acknowledged for message in smtp.received]


def test_many_letters_at_once_are_all_kept(smtp: MailServer):
    """Dispatch sends from several threads."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: post(smtp, letter(f"Letter {number}")), range(24)))

    assert sorted(f"Letter {number}" for number in range(24)) == sorted(m.message["Subject"] for m in smtp.received)


@pytest.mark.browser
def test_the_browser_runs_scripts(browser: Browser):
    """Page tests need layout and JavaScript, not a parser."""
    page = browser.new_page()
    page.set_content("<h1></h1><script>document.querySelector('h1').textContent = 6 * 7</script>")

    assert "42" == page.text_content("h1")
