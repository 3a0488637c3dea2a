"""The error tree: every error names thing, reason and remedy, and crosses process borders."""

from __future__ import annotations

import pickle

import pytest

from vitalreel.errors import BadConfiguration, BadInput, NotFound, Refused, Unavailable, VitalreelError


@pytest.mark.parametrize(
    "error",
    [
        BadConfiguration("plays/x.yaml", "'when' is missing", "add it"),
        BadInput("--as-of", "is no date"),
        NotFound("module", "x", "there are: y"),
        Unavailable("the voice", "no file", "run `make setup`"),
        Refused("a film", "untraced: 41%"),
    ],
)
def test_an_error_survives_the_way_back_from_another_process(error: VitalreelError):
    """P6: a worker's error must reach the one who asked, not break the pool."""
    again = pickle.loads(pickle.dumps(error))

    assert (type(error), str(error), vars(error), error.retry) == (type(again), str(again), vars(again), again.retry)
