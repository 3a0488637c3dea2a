"""Words heard: a listener's errors are counted, a recogniser's way of writing is not."""

from __future__ import annotations

import pytest

from vitalreel.sound.heard import lost_words, missing


@pytest.mark.parametrize(
    ("said", "heard", "lost"),
    [
        ("It was about seventeen hundred.", "It was about 1,700.", 0),
        ("Down forty-one per cent, to four hundred and twelve.", "Down 41%, to 412.", 0),
        ("On the third of May.", "On the 3rd of May.", 0),
        ("We reorganised the rota.", "We re-organized the rota.", 1),
        ("It is fifty.", "It is fifteen.", 0),
        ("It was two hundred and five.", "It was 250 people.", 1),
        ("It was two hundred and five.", "It was.", 1),
        ("Nobody said this.", "Nobody said this. Good morning.", 2),
    ],
)
def test_words_lost_are_those_a_listener_would_have_got_wrong(said: str, heard: str, lost: int) -> None:
    """V14: numbers have a check of their own, however they were said and written."""
    assert lost == lost_words(said, heard)[0]


def test_what_is_heard_for_a_name_is_nobody_s_error() -> None:
    assert (0, 3) == lost_words("Good morning Saoirse, hello.", "Good morning Sersha, hello.", ["Saoirse"])


@pytest.mark.parametrize(
    ("said", "heard", "lost"),
    [
        ("$192,844.80 in all", "$192,800 and $44.80 in all.", ()),
        ("eight hundred and forty-four dollars", "$800 and $45", (844,)),
        ("$800 and $44", "$844", (800, 44)),
        ("$800 and $44", "$800 and $44", ()),
        ("$800 and 44 people", "$844", (800, 44)),
    ],
)
def test_a_sum_written_in_two_is_the_sum_it_sounds_like(said: str, heard: str, lost: tuple[int, ...]) -> None:
    """V14: so a recogniser writes long sums; two sums that were heard as one are lost all the same."""
    assert lost == missing(said, heard)
