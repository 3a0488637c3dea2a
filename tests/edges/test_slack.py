"""Slack: a message arrives as it is meant, and of every one it is said whether it did (R4 T13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.services.slack import TOKEN, Slack, slack_service
from vitalreel.delivery.message import Message, NotSent, Sent, Unknown
from vitalreel.edges.channels.slack import MAX_TEXT, SlackChannel
from vitalreel.errors import BadInput
from vitalreel.settings import read_settings

MESSAGE = Message(
    "k", "a@b.example", "Us", "U0G9QF9C6", "Ingrid", "Tom & Jerry <Ltd> has turned red", "Hello\n\nA & B", "<p>", {}, {}
)


@pytest.fixture
def slack() -> Iterator[Slack]:
    with slack_service() as service:
        yield service


def send(slack: Slack, message: Message = MESSAGE, token: str = TOKEN) -> Sent | NotSent | Unknown:
    return SlackChannel(slack.url, token, 3).send(message)


def test_a_message_arrives_with_its_subject_in_bold_and_nothing_in_it_is_markup(slack: Slack):
    """R4: an account named `<!channel>` calls nobody."""
    got = send(slack, replace(MESSAGE, text="<!channel> see https://a.example/accounts/x"))

    assert Sent("U0G9QF9C6 1.000100") == got
    subject, text = (b["text"]["text"] for b in slack.posted[0]["blocks"])
    assert "*Tom &amp; Jerry &lt;Ltd&gt; has turned red*" == subject
    assert "&lt;!channel&gt; see https://a.example/accounts/x" == text
    assert "Tom &amp; Jerry &lt;Ltd&gt; has turned red" == slack.posted[0]["text"]


def test_a_long_message_is_cut_at_a_line_and_says_so(slack: Slack):
    """R4: Slack takes 3,000 characters of a block, and refuses the whole post above."""
    lines = [f"account {n} has turned red" for n in range(400)]

    assert isinstance(send(slack, replace(MESSAGE, text="\n".join(lines))), Sent)
    text = slack.posted[0]["blocks"][1]["text"]["text"]
    assert len(text) <= MAX_TEXT and text.endswith("\n…")
    assert set(text.splitlines()[:-1]) <= set(lines)


@pytest.mark.parametrize(
    ("next_", "retry"),
    [
        ("ratelimited", True),
        ("internal_error", True),
        ("channel_not_found", False),
        ("is_archived", False),
        (429, True),
        (503, True),
        (404, False),
    ],
)
def test_a_refusal_says_whether_trying_again_can_help(slack: Slack, next_: int | str, retry: bool):
    """R6: what the API refuses for good is given to another channel, what passes is tried again."""
    slack.next = [next_]
    got = send(slack)

    assert isinstance(got, NotSent) and retry == got.retry
    assert str(next_) in got.reason
    assert [] == slack.posted


def test_a_connection_that_breaks_while_it_is_said_is_unknown(slack: Slack):
    """R6: it may have been taken."""
    slack.next = ["break"]

    assert isinstance(send(slack), Unknown)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_token_is_shown_to_no_other_address(slack: Slack, status: int):
    """P8: an API that says it has moved is not followed; the message is not sent, and nothing is tried again."""
    with slack_service() as other:
        slack.next, slack.moved_to = [status], f"{other.url}/chat.postMessage"
        got = send(slack)

    assert NotSent(f"HTTP {status}", retry=False) == got
    assert (1, 0) == (slack.calls, other.calls)


def test_nobody_there_and_addresses_that_are_none_send_nothing(slack: Slack):
    """R6 P8: a wrong token, a member who is not there, an address of mail, a server that does not answer."""
    got = [
        send(slack, token="xoxb-other"),
        send(slack, replace(MESSAGE, to="U0000000")),
        send(slack, replace(MESSAGE, to="ingrid@larkspur.example")),
        SlackChannel("http://127.0.0.1:9/api", TOKEN, 1).send(MESSAGE),
    ]

    assert [False, False, False, True] == [isinstance(one, NotSent) and one.retry for one in got]
    assert [] == slack.posted


def test_the_token_is_read_from_the_environment_and_shown_nowhere():
    """P8: an address that is none is named, a token never is."""
    settings = read_settings(
        {"VITALREEL_SLACK_TOKEN": "xoxb-secret", "VITALREEL_SLACK_URL": "https://chat.example/api/"}
    )

    assert settings.slack is not None
    assert ("https://chat.example/api", "xoxb-secret") == (settings.slack.url, settings.slack.key)
    assert "xoxb-secret" not in repr(settings)
    assert read_settings({}).slack is None
    with pytest.raises(BadInput, match="VITALREEL_SLACK_URL"):
        read_settings({"VITALREEL_SLACK_TOKEN": "x", "VITALREEL_SLACK_URL": "chat"})
