"""What every Presenter holds: a film of the words, the key only where it belongs, and errors a person can act on (V8)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.presenter import KEY, PresenterServer, film, server
from vitalreel.edges import asking
from vitalreel.edges.presenters.heygen import HeyGen
from vitalreel.errors import BadInput, Refused, Unavailable
from vitalreel.ports import Presenter
from vitalreel.settings import read_settings
from vitalreel.wiring import open_presenter


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[PresenterServer]:
    monkeypatch.setattr(asking, "wait", lambda _: None)
    with server() as running:
        yield running


def presenter(service: PresenterServer, key: str = KEY) -> Presenter:
    settings = read_settings({"VITALREEL_HEYGEN_KEY": key, "VITALREEL_HEYGEN_URL": service.url})
    return open_presenter("avatar-1", "voice-1", settings)


def test_words_become_a_film(service: PresenterServer) -> None:
    """Asked for once, waited for, fetched whole."""
    service.statuses = [{"status": "pending"}, {"status": "processing"}]
    made = presenter(service).present("Thank you for a year of hard work.")
    order = service.asked[0][3]["video_inputs"][0]

    assert film() == made
    assert ("avatar-1", "Thank you for a year of hard work.") == (
        order["character"]["avatar_id"],
        order["voice"]["input_text"],
    )
    assert ["POST", "GET", "GET", "GET", "GET"] == [method for method, *_ in service.asked]


def test_the_key_goes_only_to_the_service(service: PresenterServer) -> None:
    """Films lie at addresses of others; they are fetched without it, and no name or error shows it."""
    speaks = presenter(service)
    speaks.present("Hello.")
    headers = {path.partition("?")[0]: h for _, path, h, _ in service.asked}

    assert KEY == headers["/v2/video/generate"]["X-Api-Key"] == headers["/v1/video_status.get"]["X-Api-Key"]
    assert KEY not in str(headers["/files/v1.mp4"]) and KEY not in f"{speaks!r} {speaks.name}"


@pytest.mark.parametrize(
    ("statuses", "why"),
    [
        ([{"status": "failed", "error": {"message": "the avatar was deleted"}}], "the avatar was deleted"),
        ([{"status": "asleep"}], "a status nobody documents: 'asleep'"),
        (["what"], "a status nobody documents"),
    ],
)
def test_a_service_that_fails_says_why(service: PresenterServer, statuses: list[object], why: str) -> None:
    """And is not asked for ever."""
    service.statuses = list(statuses)
    with pytest.raises(Refused, match=why):
        presenter(service).present("Hello.")


def test_a_wrong_key_names_its_variable(service: PresenterServer) -> None:
    """So that whoever runs it knows what to set."""
    with pytest.raises(Refused, match="set VITALREEL_HEYGEN_KEY"):
        presenter(service, "wrong").present("Hello.")
    with pytest.raises(BadInput, match="set VITALREEL_HEYGEN_KEY"):
        open_presenter("a", "v", read_settings({}))


def test_a_service_that_never_ends_is_given_up(service: PresenterServer) -> None:
    """Later may help: it is Unavailable, not Refused."""
    service.statuses = [{"status": "processing"}] * 400
    with pytest.raises(Unavailable, match="not done after 30 minutes"):
        presenter(service).present("Hello.")


def test_texts_the_service_does_not_take_are_not_sent(service: PresenterServer) -> None:
    """Empty, or longer than it documents."""
    for text in (" ", "a" * 5000):
        with pytest.raises(BadInput, match="characters"):
            presenter(service).present(text)

    assert [] == service.asked


def test_a_film_is_never_fetched_in_clear_from_a_safe_service() -> None:
    """An https service does not send one to http."""
    with pytest.raises(Refused, match="only https addresses"):
        HeyGen("a", "v", KEY)._fetched("http://127.0.0.1:1/film.mp4")
