from fervideo.session.report.profile_words import profile_html


def test_a_profile_is_told_in_words():
    told = profile_html(
        {
            "name": "anna",
            "custom": ["grin", "scowl", "<b>"],
            "updated": ["happiness"],
            "disabled": [],
            "lacking": [],
            "neutral": 0.5,
            "scores": {"grin": {"gain": 0.4, "offset": 0.1}},
        }
    )
    assert "grin, scowl and &lt;b&gt;: enrolled from pictures of their own" in told
    assert "; happiness: given more pictures)" in told
    assert "not used" not in told
    assert "at a strength of 0.5" in told
    assert "gain × cosine − offset" in told


def test_without_a_profile_nothing_is_said():
    assert profile_html({}) == ""


def test_whatever_a_file_holds_does_no_harm():
    told = profile_html({"name": 7, "custom": "grin", "neutral": True, "scores": None})
    assert told == "<p>With the profile <b>7</b>.</p>"
