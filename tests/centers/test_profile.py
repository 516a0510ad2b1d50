"""Profiles are values: what each change makes, and what a model makes of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from enrolments import MODEL, OTHER, around, direction, enrolment, profile, smirk
from fakes import FakeCard, FakeModel

from fervideo import labels
from fervideo.centers.applied import fit_crops
from fervideo.centers.description import describe_profile
from fervideo.centers.profile import MOST_CROPS, MOST_EXPRESSIONS, Profile
from fervideo.errors import ProfileError


def raw_label(made: Profile, face: np.ndarray, model: FakeModel = MODEL) -> str:
    centers = made.apply(model)
    scores = centers.scores(centers.cosines(face[None]))[0]
    return centers.classes[int(scores.argmax())]


def test_an_empty_profile_leaves_the_model_as_it_is() -> None:
    centers = Profile.new("Anna").apply(MODEL)
    assert centers.classes == labels.BASIC
    np.testing.assert_array_equal(centers.centers, MODEL.centers)
    assert (centers.gains == 1).all() and (centers.offsets == 0).all()


def test_an_enrolled_expression_is_recognised_and_the_old_profile_is_unchanged() -> None:
    before = Profile.new("Anna")
    after = before.with_expression(smirk())
    assert before.expressions == () and before.apply(MODEL).classes == labels.BASIC
    assert after.apply(MODEL).classes == (*labels.BASIC, "smirk")
    assert raw_label(after, around(direction(*[0] * 8, 1), 1, seed=4)[0]) == "smirk"
    assert raw_label(after, direction(0, 0, 1)) == "sadness"


def test_enrolling_again_replaces_the_center_for_that_model_alone() -> None:
    made = Profile.new("A").with_expression(smirk(crops=2), keep_crops=True)
    made = made.with_expression(smirk(model=OTHER))
    assert [c.model for c in made.expression("smirk").centers] == ["fake", "other"]
    assert len(made.expression("smirk").crops) == 2, "pictures stay for the models that need them"
    again = enrolment("SMIRK", around(direction(*[0] * 9, 1), 4))
    made = made.with_expression(again)
    assert made.expression("smirk").name == "smirk" and len(made.custom) == 1
    center = made.expression("smirk").center_for(MODEL.card)
    assert center.frames == 4 and made.expression("smirk").crops == ()
    np.testing.assert_allclose(center.center, again.center.center)
    assert made.expression("smirk").center_for(OTHER.card).frames == 10


def test_adding_frames_gives_the_mean_of_all_frames() -> None:
    all_frames = around(direction(*[0] * 8, 1), 12, spread=0.2)
    made = Profile.new("A").with_expression(enrolment("smirk", all_frames[:5]))
    made = made.with_frames(enrolment("smirk", all_frames[5:]))
    center = made.expression("smirk").center_for(MODEL.card)
    np.testing.assert_allclose(center.mean, all_frames.mean(axis=0), atol=1e-6)
    assert center.frames == 12


def test_frames_for_a_built_in_expression_move_it_and_reset_takes_them_back() -> None:
    mine = around(direction(0, 0.6, 0, 0, 0, 0, 0, 0, 1), 30)
    made = Profile.new("A").with_frames(enrolment("Happiness", mine))
    assert made.custom == () and made.apply(MODEL).classes == labels.BASIC
    assert made.expression("happiness").is_builtin
    face = mine[:1]
    before, after = Profile.new("A").apply(MODEL), made.apply(MODEL)
    assert after.scores(after.cosines(face))[0, 1] > before.scores(before.cosines(face))[0, 1]
    back = made.with_enabled("happiness", False).reset("happiness").apply(MODEL)
    np.testing.assert_array_equal(back.centers, before.centers)
    assert back.classes == labels.BASIC
    with pytest.raises(ProfileError, match="no original"):
        made.reset("smirk")


def test_switching_off_and_on() -> None:
    made = Profile.new("A").with_expression(smirk()).with_enabled("Happiness", False)
    assert made.apply(MODEL).classes == ("neutral", *labels.BASIC[2:], "smirk")
    assert not made.is_enabled("happiness") and made.is_enabled("smirk")
    off = made.with_enabled("smirk", False)
    assert "smirk" not in off.apply(MODEL).classes and not off.is_enabled("smirk")
    on = off.with_enabled("smirk", True).with_enabled("happiness", True)
    assert on.apply(MODEL).classes == (*labels.BASIC, "smirk")


def test_with_everything_off_there_is_one_clear_sentence() -> None:
    made = Profile.new("A")
    for name in labels.BASIC:
        made = made.with_enabled(name, False)
    with pytest.raises(ProfileError, match="cannot be used with fake"):
        made.apply(MODEL)


def test_renaming_and_removing() -> None:
    made = Profile.new("A").with_expression(smirk()).with_expression(smirk("calm"))
    renamed = made.renamed("smirk", "  half smile ")
    assert [e.name for e in renamed.custom] == ["half smile", "calm"]
    assert renamed.renamed("half smile", "Half Smile").custom[0].name == "Half Smile"
    assert [e.name for e in made.without("Smirk").custom] == ["calm"]
    for new in ("CALM", "happiness", "Anger", "unknown", "", "a" * 41, "a\nb", "a\u202eb"):
        with pytest.raises(ProfileError):
            made.renamed("smirk", new)
    with pytest.raises(ProfileError, match="no expression 'frown'; it has smirk, calm"):
        made.without("frown")


@pytest.mark.parametrize(
    "name", ["happiness", "Happiness", "UNKNOWN", "unknown ", " ", "\t", "x" * 99]
)
def test_names_that_no_new_expression_can_have(name: str) -> None:
    with pytest.raises(ProfileError):
        Profile.new("A").with_expression(smirk(name))


def test_a_name_that_only_looks_like_another_is_that_name() -> None:
    made = Profile.new("A").with_expression(smirk("café"))
    assert made.with_expression(smirk("cafe\u0301")).custom[0].name == "café"
    assert len(made.with_expression(smirk("CAFÉ")).custom) == 1


def test_a_profile_holds_so_many_expressions() -> None:
    made = Profile.new("A")
    for i in range(MOST_EXPRESSIONS):
        made = made.with_expression(smirk(f"smirk {i}"))
    with pytest.raises(ProfileError, match="remove one"):
        made.with_expression(smirk("one too many"))


def test_it_says_what_it_lacks_for_another_model_and_what_to_do() -> None:
    bare = Profile.new("Anna").with_expression(smirk())
    assert bare.lacking(MODEL.card) == () and bare.notice(MODEL.card) == ""
    assert bare.lacking(OTHER.card) == ("smirk",)
    assert "lacks smirk for the model other: enroll them again with this" in bare.notice(OTHER.card)
    assert bare.apply(OTHER).classes == labels.BASIC
    assert bare.with_enabled("smirk", False).notice(OTHER.card) == ""
    kept = Profile.new("Anna").with_expression(smirk(crops=3), keep_crops=True)
    assert "from the pictures that were kept" in kept.notice(OTHER.card)


def test_weights_of_the_same_name_that_were_trained_again_are_another_model() -> None:
    again = FakeModel(FakeCard("fake", sha256="2" * 64))
    assert Profile.new("A").with_expression(smirk()).lacking(again.card) == ("smirk",)


def test_kept_pictures_enroll_it_for_another_model() -> None:
    made = profile()
    other = made.reenrolled(OTHER)
    assert other.expression("smirk").center_for(OTHER.card).frames == 3
    assert other.neutral.face.center_for(OTHER.card).frames == 2
    assert other.lacking(OTHER.card) == ("surprise",), "of which no picture was kept"
    assert other.expression("smirk").center_for(MODEL.card) is not None
    assert made.reenrolled(MODEL) == made
    assert OTHER.batches[-2:] == [3, 2]


def test_pictures_fit_the_model_whatever_their_size() -> None:
    small, large = (np.full((s, s, 3), 50 + s, np.uint8) for s in (32, 180))
    batch = fit_crops((small, large), 112)
    assert batch.shape == (2, 112, 112, 3) and batch.dtype == np.uint8
    assert batch[0].mean() == 82 and batch[1].mean() == 230


def test_so_many_pictures_are_kept_the_newest() -> None:
    made = Profile.new("A").with_expression(smirk(crops=MOST_CROPS), True)
    more = smirk(crops=5)
    made = made.with_frames(more, True)
    kept = made.expression("smirk").crops
    assert len(kept) == MOST_CROPS
    np.testing.assert_array_equal(kept[-1], more.crops[-1])
    assert made.without_crops().expression("smirk").crops == ()


def test_the_neutral_face_corrects_until_it_is_switched_off() -> None:
    made = Profile.new("A").with_expression(smirk())
    assert raw_label(made, direction(0.5, 0, 0.6, 0, 0, 0, 0, 0.6)) == "sadness"
    rest = enrolment("neutral", around(direction(0.5, 0, 0.6, 0, 0, 0, 0, 0.6), 5, spread=0.01))
    mine = made.with_neutral(rest)
    assert raw_label(mine, direction(0.5, 0, 0.6, 0, 0, 0, 0, 0.6)) == "neutral"
    own = mine.apply(MODEL)
    row = own.classes.index("smirk")
    assert own.offsets[row] == made.apply(MODEL).offsets[row], "the person's own stay as they are"
    off = mine.with_neutral_use(False)
    np.testing.assert_array_equal(off.apply(MODEL).offsets, made.apply(MODEL).offsets)
    weak = mine.with_neutral_use(True, 0.1)
    assert 0 < np.abs(weak.apply(MODEL).offsets[2]) < np.abs(own.offsets[2])
    assert mine.without_neutral().neutral is None
    with pytest.raises(ProfileError, match="from 0 to 1"):
        mine.with_neutral_use(True, 1.5)
    with pytest.raises(ProfileError, match="nominate one"):
        made.with_neutral_use(True)
    assert mine.lacking(OTHER.card) == ("smirk", "the neutral face")


def test_a_center_of_the_wrong_width_cannot_be_used() -> None:
    wrong = enrolment("smirk", np.eye(5, dtype=np.float32))
    with pytest.raises(ProfileError, match="cannot be used with fake: smirk: expected a center"):
        Profile.new("A").with_expression(wrong).apply(MODEL)


def test_a_session_is_told_what_the_profile_did() -> None:
    made = profile()
    told = describe_profile(made, MODEL.card, made.apply(MODEL))
    assert told["name"] == "Anna" and len(told["sha256"]) == 64
    assert (told["custom"], told["updated"]) == (["smirk"], ["surprise"])
    assert (told["disabled"], told["neutral"]) == (["happiness"], 0.5)
    assert set(told["scores"]) >= {"smirk", "surprise"}
    assert told == describe_profile(made.without_crops(), MODEL.card, made.apply(MODEL))
    other = replace(made, neutral=None)
    assert describe_profile(other, MODEL.card, other.apply(MODEL))["sha256"] != told["sha256"]
    lacks = describe_profile(made, OTHER.card, made.apply(OTHER))
    assert lacks["custom"] == [] and "smirk" in lacks["lacking"] and lacks["neutral"] is None
