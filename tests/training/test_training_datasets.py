import numpy as np
import pytest
from dataset_folders import make_ckplus, make_fer2013, make_rafdb

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.training.datasets import (
    FERPLUS_SHARE,
    hold_out,
    parse_data,
    read_ckplus,
    read_fer2013,
    read_rafdb,
)


@pytest.mark.parametrize("zipped", [True, False])
def test_rafdb(tmp_path, zipped):
    samples = read_rafdb(make_rafdb(tmp_path, 70, 7, zipped))
    assert samples.images.shape == (77, 100, 100, 3)
    train, validation, test = (samples.split(s) for s in ("train", "validation", "test"))
    assert (len(train), len(validation), len(test)) == (63, 7, 7)
    # The owners' order: 1 surprise, 2 fear, 3 disgust, 4 happiness, 5 sadness, 6 anger, 7 neutral.
    names = [labels.BASIC[i] for i in test.labels]
    assert names == ["surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral"]
    assert test.images[3].mean() == pytest.approx(4, abs=1)
    assert set(validation.counts().values()) == {1}  # stratified


def test_rafdb_accepts_the_basic_folder_itself(tmp_path):
    assert len(read_rafdb(make_rafdb(tmp_path) / "basic")) == 27


def test_rafdb_names_missing_pictures(tmp_path):
    root = make_rafdb(tmp_path, zipped=False)
    (root / "basic/Image/aligned/train_00003_aligned.jpg").unlink()
    with pytest.raises(DatasetError, match=r"expected 27 pictures .* found 26"):
        read_rafdb(root)


def test_rafdb_unreadable_picture(tmp_path):
    root = make_rafdb(tmp_path, zipped=False)
    (root / "basic/Image/aligned/train_00003_aligned.jpg").write_bytes(b"no picture")
    with pytest.raises(DatasetError, match=r"train_00003_aligned\.jpg"):
        read_rafdb(root)


def test_rafdb_broken_zip(tmp_path):
    root = make_rafdb(tmp_path)
    (root / "basic/Image/aligned.zip").write_bytes(b"PK no zip")
    with pytest.raises(DatasetError, match="broken"):
        read_rafdb(root)


@pytest.mark.parametrize("packed", [True, False])
def test_fer2013(tmp_path, packed):
    samples = read_fer2013(make_fer2013(tmp_path, packed))
    assert samples.images.shape == (4, 48, 48, 1)
    assert [labels.BASIC[i] for i in samples.labels] == [
        "anger",
        "happiness",
        "surprise",
        "neutral",
    ]
    assert samples.splits.tolist() == [0, 0, 1, 2]
    anger = samples.targets[0]
    assert anger[labels.BASIC.index("disgust")] == pytest.approx(FERPLUS_SHARE / 2)
    assert anger[labels.BASIC.index("anger")] == pytest.approx(1 - FERPLUS_SHARE / 2)
    np.testing.assert_allclose(samples.targets.sum(1), 1, rtol=1e-6)


def test_fer2013_without_votes_keeps_every_picture(tmp_path):
    samples = read_fer2013(make_fer2013(tmp_path, votes=False))
    assert len(samples) == 5
    assert set(samples.targets.flatten()) == {0.0, 1.0}


def test_fer2013_votes_of_another_file(tmp_path):
    root = make_fer2013(tmp_path)
    votes = root / "fer2013new.csv"
    votes.write_text("\n".join(votes.read_text().splitlines()[:-1]))
    with pytest.raises(DatasetError, match=r"expected 5 rows .* found 4"):
        read_fer2013(root)


def test_fer2013_wrong_columns(tmp_path):
    (tmp_path / "fer2013.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DatasetError, match="emotion, pixels, Usage"):
        read_fer2013(tmp_path)


def test_ckplus(tmp_path):
    samples = read_ckplus(make_ckplus(tmp_path))
    assert len(samples) == 7
    assert samples.classes == labels.BASIC_WITH_CONTEMPT
    assert samples.counts()["happiness"] == 1
    assert samples.subjects.tolist() == list(range(7))


@pytest.mark.parametrize("reader", [read_rafdb, read_fer2013, read_ckplus])
def test_wrong_folder_is_one_sentence(tmp_path, reader):
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(DatasetError) as caught:
            reader(place)
        assert "expected" in str(caught.value) and "found" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_hold_out_is_stratified_and_the_same_every_time():
    classes = np.repeat([0, 1], [100, 20])
    mask = hold_out(classes, 0.1)
    assert np.bincount(classes[mask]).tolist() == [10, 2]
    np.testing.assert_array_equal(mask, hold_out(classes, 0.1))


def test_parse_data():
    assert parse_data("rafdb:/a:b")[0] == "rafdb"
    assert str(parse_data("rafdb:/a:b")[1]) == "/a:b"
    for wrong in ("rafdb", "other:/a"):
        with pytest.raises(DatasetError, match="expected NAME:PATH"):
            parse_data(wrong)
