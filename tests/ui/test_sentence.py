from __future__ import annotations

import pytest
from fervideo.ui.sentence import sentence


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("expected a video, found none", "Expected a video, found none."),
        ("interview.mp4 has ended.", "interview.mp4 has ended."),
        ("mine.json: no card", "mine.json: no card."),
        ("Loading…", "Loading…"),
        ("no, is it so?", "No, is it so?"),
        ("", ""),
    ],
)
def test_errors_are_put_as_sentences(said: str, shown: str) -> None:
    assert sentence(said) == shown
