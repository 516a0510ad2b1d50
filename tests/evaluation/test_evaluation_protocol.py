import zipfile

import cv2
import numpy as np
import pytest
from skimage import data

from fervideo.errors import DatasetError, ModelError
from fervideo.evaluation.metrics import score
from fervideo.evaluation.protocol import Crops, detect_crops, evaluate
from fervideo.evaluation.record import record
from fervideo.evaluation.splits import FoldChoice
from fervideo.models.card import read_card
from fervideo.models.registry import find_weights
from fervideo.training.cache import load_aligned


@pytest.fixture(scope="module")
def smiling(tmp_path_factory):
    """CK+ in small: one smiling face, four times, once as contempt."""
    root = tmp_path_factory.mktemp("ck")
    face = cv2.resize(data.astronaut()[20:220, 120:320], (48, 48), interpolation=cv2.INTER_AREA)
    gray = cv2.cvtColor(face, cv2.COLOR_RGB2GRAY)
    with zipfile.ZipFile(root / "CK+48.zip", "w") as archive:
        for number, folder in enumerate(["happy", "happy", "happy", "contempt"]):
            brighter = np.clip(gray.astype(int) + 5 * number, 0, 255).astype(np.uint8)
            picture = cv2.imencode(".png", brighter)[1].tobytes()
            archive.writestr(f"CK+48/{folder}/S{number:03d}_001_00000010.png", picture)
    return root


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("crops", list(Crops))
def test_a_smile_is_happiness_however_it_is_cut(smiling, cache, crops):
    found = evaluate("default", "ckplus", smiling, crops=crops, cache=cache, device="cpu")
    assert found.centers.count == 3  # contempt is not a class of the model
    assert found.centers.accuracy == found.head.accuracy == 1.0
    assert found.centers.confusion[1][1] == 3
    assert found.faces_found == 1.0


def test_more_scores_if_asked_for(smiling, cache):
    found = evaluate("default", "ckplus", smiling, cache=cache, device="cpu", detailed=True)
    rows = {row.name: row for row in found.detailed.table}
    assert rows["happiness"].support == 3 and rows["happiness"].recall == 1.0
    assert rows["neutral"].support == 0
    # All pictures are of one class: there is nothing to tell apart, but a sureness to be off by.
    assert np.isnan(found.detailed.auc) and 0 < found.detailed.calibration_error < 1


def test_a_fold_takes_the_place_of_the_owners_split(smiling, cache):
    parts = [
        evaluate("default", "ckplus", smiling, cache=cache, device="cpu", fold=FoldChoice(k, 2))
        for k in (1, 2)
    ]
    assert sum(p.centers.count for p in parts) == 3
    assert [p.fold for p in parts] == ["1/2", "2/2"]
    with pytest.raises(DatasetError, match="9 folds"):
        evaluate("default", "ckplus", smiling, cache=cache, fold=FoldChoice(1, 9))


def test_missing_faces_are_wrong_answers():
    blank = np.zeros((2, 48, 48, 1), np.uint8)
    crops, found = detect_crops(blank, 112)
    assert crops.shape == (2, 112, 112, 3) and not found.any()
    scores = score(np.array([1, 1]), np.array([1, -1]), 7)
    assert scores.accuracy == 0.5
    assert scores.recalls[1] == 0.5


def test_metrics_by_hand():
    truth = np.array([0, 0, 0, 1, 1, 2])
    answer = np.array([0, 0, 1, 1, 1, 0])
    scores = score(truth, answer, 4)
    assert scores.accuracy == pytest.approx(4 / 6)
    assert scores.mean_recall == pytest.approx((2 / 3 + 1 + 0) / 3)
    # F1: class 0 has precision 2/3 and recall 2/3, class 1 2/3 and 1, class 2 nothing.
    assert scores.macro_f1 == pytest.approx((2 / 3 + 0.8 + 0) / 3)
    assert np.isnan(scores.recalls[3])
    assert scores.confusion[0] == (2, 1, 0, 0)


def test_an_empty_split_is_one_sentence(smiling, cache):
    with pytest.raises(DatasetError, match="split train"):
        evaluate("default", "ckplus", smiling, split="train", cache=cache)


def test_an_unknown_model_is_one_sentence(smiling, cache):
    with pytest.raises(ModelError, match="expected a model among default"):
        evaluate("nonsense", "ckplus", smiling, cache=cache)


def test_the_cache_is_used_the_second_time(smiling, cache):
    first = load_aligned("ckplus", smiling, cache)
    calls = []
    again = load_aligned("ckplus", smiling, cache, calls.append)
    assert not calls
    np.testing.assert_array_equal(first.aligned, again.aligned)


def test_figures_are_kept_on_the_card(smiling, cache, tmp_path):
    weights = find_weights("default")
    for suffix in (".safetensors", ".json"):
        copy = tmp_path / f"mine{suffix}"
        copy.write_bytes(weights.with_suffix(suffix).read_bytes())
    mine = str(tmp_path / "mine.safetensors")
    found = evaluate(mine, "ckplus", smiling, cache=cache, device="cpu")
    before = len(read_card(tmp_path / "mine.json").measurements)
    record(mine, found, "a command")
    record(mine, found, "another command")  # replaces the first
    card = read_card(tmp_path / "mine.json")
    assert card.measured("ckplus test") == 1.0
    commands = [m.command for m in card.measurements if m.data == "ckplus test"]
    assert commands.count("another command") == 2 and "a command" not in commands
    assert len(card.measurements) <= before + 2
