"""Readers of data sets that cannot be had here, on small folders of the owners' layout."""

import logging
import shutil

import numpy as np
import pytest
from dataset_folders import (
    find_bright,
    make_affectnet,
    make_ckplus_sequences,
    make_expw,
    make_fer2013,
    make_fer2013_folders,
    make_folder,
    make_picture,
    make_rafdb,
    make_rafdb_compound,
    make_sfew,
    png,
)

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.training.cache import load_aligned
from fervideo.training.datasets import (
    READERS,
    read_affectnet7,
    read_affectnet8,
    read_ckplus,
    read_ckplus_neutral,
    read_ckplus_sequences,
    read_expw,
    read_fer2013,
    read_ferplus,
    read_ferplus_majority,
    read_folder,
    read_rafdb,
    read_rafdb_compound,
    read_sfew,
    with_classes,
)
from fervideo.training.readers.expw import split_of
from fervideo.training.readers.ferplus_votes import distribution, majority

MARGIN_SIDE = 150  # a face of 100 pixels with a quarter of that on each side
FACE_SHARE = (100 / MARGIN_SIDE) ** 2


def named(samples):
    return [samples.classes[i] for i in samples.labels]


def shows_the_face(image):
    """The bright square fills two thirds of the crop's side, in its middle."""
    bright = image[..., 0] > 50
    assert bright.mean() == pytest.approx(FACE_SHARE, abs=0.03)
    assert bright[72, 72] and not bright[5, 5] and not bright[-5, -5]


def one_sentence(reader, place, *words):
    with pytest.raises(DatasetError) as caught:
        reader(place)
    text = str(caught.value)
    assert "expected" in text and "found" in text and "\n" not in text
    for word in words:
        assert word in text, text


@pytest.mark.parametrize("name", READERS)
def test_every_reader_says_what_is_wrong_with_an_empty_or_absent_folder(tmp_path, name):
    for place in (tmp_path, tmp_path / "nowhere"):
        one_sentence(READERS[name], place, f"{name}: ")


def test_a_line_in_the_log_counts_the_pictures_of_each_class(tmp_path, caplog):
    with caplog.at_level(logging.INFO):
        read_folder(make_folder(tmp_path, ["happy", "wink"], each=10))
    line = caplog.messages[-1]
    assert "20 pictures (14 train, 2 validation, 4 test)" in line
    assert "10 happiness" in line and "10 wink" in line and "0 fear" in line


# RAF-DB compound


def test_rafdb_compound(tmp_path):
    samples = read_rafdb_compound(make_rafdb_compound(tmp_path, 110, 11))
    assert samples.images.shape == (121, 100, 100, 3)
    assert named(samples.split("test")) == list(labels.COMPOUND)
    assert samples.counts()["happily surprised"] == 11
    assert [len(samples.split(s)) for s in ("train", "validation", "test")] == [99, 11, 11]
    assert samples.targets.shape == (121, 11)


def test_rafdb_parts_are_not_taken_for_each_other(tmp_path):
    one_sentence(read_rafdb, make_rafdb_compound(tmp_path / "a") / "compound", "1..7")
    root = make_rafdb(tmp_path / "b", train=1100, zipped=False)
    one_sentence(read_rafdb_compound, root / "basic", "give the folder compound")


def test_rafdb_compound_missing_picture(tmp_path):
    root = make_rafdb_compound(tmp_path)
    (root / "compound/Image/aligned/test_0003_aligned.jpg").unlink()
    one_sentence(read_rafdb_compound, root, "expected 55 pictures", "found 54")


# FER2013 as folders


def test_fer2013_folders_of_kaggle(tmp_path):
    samples = read_fer2013(make_fer2013_folders(tmp_path))
    assert samples.images.shape == (42, 48, 48, 1)
    assert samples.classes == labels.BASIC
    assert [len(samples.split(s)) for s in ("train", "validation", "test")] == [14, 14, 14]
    happy = samples.images[samples.labels == labels.BASIC.index("happiness")]
    assert set(happy[:, 0, 0, 0]) == {90, 91}


def test_fer2013_folders_without_usage_hold_out_from_train(tmp_path):
    root = make_fer2013_folders(tmp_path, ("train", "im"), each=10)
    samples = read_fer2013(root)
    assert [len(samples.split(s)) for s in ("train", "validation", "test")] == [63, 7, 70]


def test_fer2013_unknown_class_folder(tmp_path):
    root = make_fer2013_folders(tmp_path)
    (root / "train" / "bored").mkdir()
    one_sentence(read_fer2013, root, "bored", "angry")


def test_fer2013_damaged_rows(tmp_path):
    root = make_fer2013(tmp_path, packed=False)
    file = root / "fer2013.csv"
    whole = file.read_text()
    for old, new in (("3,20 20", "9,20 20"), ("3,20 20", "3,20"), ("PublicTest", "Public")):
        file.write_text(whole.replace(old, new))
        one_sentence(read_fer2013, root, "in row")


def test_fer2013_truncated_archive(tmp_path):
    root = make_fer2013(tmp_path)
    file = root / "fer2013.csv.gz"
    file.write_bytes(file.read_bytes()[:-20])
    one_sentence(read_fer2013, root, "damaged")


# FER+

COLUMNS = [*labels.BASIC_WITH_CONTEMPT, "unknown", "NF"]


def votes(**numbers):
    return np.array([numbers.get(c, 0) for c in COLUMNS], np.float32)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (votes(anger=10), {"anger": 1}),
        (votes(anger=9, fear=1), {"anger": 1}),  # a single vote is an outlier
        (votes(anger=6, sadness=4), {"anger": 0.6, "sadness": 0.4}),
        (votes(anger=8, sadness=2), {"anger": 1}),  # three quarters are enough
        (votes(anger=5, unknown=3, fear=2), {}),  # half of the votes, then nobody knows
        (votes(anger=6, unknown=4), {"anger": 1}),
        (votes(unknown=8, anger=2), {}),
        (votes(NF=10), {}),
        (votes(anger=3, fear=3, sadness=2, disgust=2), {}),  # four answers
        (votes(anger=1, fear=1, sadness=1), {}),  # outliers alone
    ],
)
def test_ferplus_distribution_by_hand(row, expected):
    found = dict(zip(labels.BASIC_WITH_CONTEMPT, distribution(row), strict=True))
    assert {c: pytest.approx(v) for c, v in found.items() if v} == expected


def test_ferplus_majority_by_hand():
    rows = [votes(fear=6, anger=4), votes(fear=5, anger=5), votes(NF=9), votes(contempt=4, fear=1)]
    found = [labels.BASIC_WITH_CONTEMPT[i] if i >= 0 else "" for i in majority(np.stack(rows))]
    assert found == ["fear", "", "", "contempt"]


def test_ferplus_as_a_data_set(tmp_path):
    samples = read_ferplus(make_fer2013(tmp_path))
    # The no-face picture is gone; half anger and half disgust stays, but only in training.
    assert named(samples) == ["disgust", "happiness", "surprise", "neutral"]
    assert samples.splits.tolist() == [0, 0, 1, 2]
    assert samples.classes == labels.BASIC_WITH_CONTEMPT
    half = dict(zip(samples.classes, samples.targets[0], strict=True))
    assert half["anger"] == half["disgust"] == 0.5
    assert named(read_ferplus_majority(tmp_path)) == ["happiness", "surprise", "neutral"]


def test_ferplus_without_its_votes(tmp_path):
    root = make_fer2013(tmp_path, votes=False)
    one_sentence(read_ferplus, root, "fer2013new.csv")


def test_ferplus_in_another_order(tmp_path):
    root = make_fer2013(tmp_path)
    file = root / "fer2013new.csv"
    header, *rows = file.read_text().splitlines()
    file.write_text("\n".join([header, *reversed(rows)]))
    one_sentence(read_ferplus, root, "same order", "row 1")


def test_ferplus_columns_and_numbers(tmp_path):
    file = make_fer2013(tmp_path) / "fer2013new.csv"
    whole = file.read_text()
    file.write_text(whole.replace("contempt", "scorn"))
    one_sentence(read_ferplus, tmp_path, "contempt")
    file.write_text(whole.replace(",0,10,", ",0,ten,"))
    one_sentence(read_ferplus, tmp_path, "ten")


# CK+ sequences


def test_ckplus_sequences_are_the_last_three_frames(tmp_path):
    root = make_ckplus_sequences(tmp_path)
    samples = read_ckplus_sequences(root, find_bright)
    assert samples.images.shape == (9, 144, 144, 1)
    assert named(samples) == ["surprise"] * 3 + ["anger"] * 3 + ["contempt"] * 3
    assert samples.subjects.tolist() == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert samples.images[:3, 72, 72, 0].tolist() == [104, 105, 106]
    shows_the_face(samples.images[0])
    assert len(samples.split("test")) == 9


def test_ckplus_first_frame_as_neutral(tmp_path):
    samples = read_ckplus_neutral(make_ckplus_sequences(tmp_path), find_bright)
    assert samples.counts()["neutral"] == 3 and len(samples) == 12
    neutral = samples.images[samples.labels == samples.classes.index("neutral")]
    assert set(neutral[:, 72, 72, 0]) == {101}


def test_ckplus_sequences_with_a_real_face(tmp_path, shared_media):
    root = make_ckplus_sequences(tmp_path, (5,), frames=3)
    wide = np.zeros((512, 900, 3), np.uint8)
    wide[:, 300:812] = shared_media.portrait
    for file in (root / "cohn-kanade-images/S001/001").glob("*.png"):
        file.write_bytes(png(wide[:, :, ::-1]))
    aligned = load_aligned("ckplus-sequences", root, tmp_path / "cache")
    assert aligned.samples.images.shape == (3, 144, 144, 1)
    assert aligned.found.all()  # the crop is one that the aligner works on
    assert named(aligned.samples) == ["happiness"] * 3


def test_ckplus_wrong_layouts(tmp_path):
    root = make_ckplus_sequences(tmp_path / "a")
    one_sentence(read_ckplus, root, "ckplus-sequences")
    file = next((root / "Emotion/S001/001").glob("*.txt"))
    for text in ("", "9.0", "happy"):
        file.write_text(text)
        one_sentence(read_ckplus_sequences, root, "0..7", file.name)
    file.write_text("5.0")
    shutil.rmtree(root / "cohn-kanade-images/S001/001")
    one_sentence(read_ckplus_sequences, root, "frames", "found 0")
    for file in root.rglob("*_emotion.txt"):
        file.unlink()
    one_sentence(read_ckplus_sequences, root, "_emotion.txt")


# ExpW


def test_expw_crops_by_the_box(tmp_path):
    samples = read_expw(make_expw(tmp_path))
    assert samples.images.shape == (3, 144, 144, 3)
    assert named(samples) == ["anger", "happiness", "neutral"]
    shows_the_face(samples.images[0])
    assert samples.images[2].max() < 50  # the dark corner of the picture
    assert samples.splits[1] == samples.splits[2]  # faces of one picture stay together


def test_expw_split_has_parts_of_a_tenth():
    splits = [split_of(f"picture_{i}.jpg") for i in range(5000)]
    assert splits.count("test") == pytest.approx(500, rel=0.2)
    assert splits.count("validation") == pytest.approx(500, rel=0.2)


@pytest.mark.parametrize(
    "line", ["a.jpg 0 1 2 3", "a.jpg 0 1 2 30 40 5 7", "a.jpg 0 x 2 30 40 5 1"]
)
def test_expw_wrong_line(tmp_path, line):
    one_sentence(read_expw, make_expw(tmp_path, [line]), "label.lst", line)


def test_expw_box_outside_its_picture(tmp_path):
    root = make_expw(tmp_path, ["a.jpg 0 500 300 400 600 5 1"])
    one_sentence(read_expw, root, "640x480", "a.jpg")


def test_few_missing_pictures_are_left_out_and_many_are_an_error(tmp_path, caplog):
    lines = [f"p{i}.jpg 0 150 300 400 250 50 {i % 7}" for i in range(200)]
    root = make_expw(tmp_path, lines)
    origin = root / "image/origin"
    (origin / "p3.jpg").unlink()
    (origin / "p4.jpg").write_bytes(b"")
    samples = read_expw(root)
    assert len(samples) == 198
    assert "left out 2 pictures" in caplog.text and "p3.jpg" in caplog.text
    (origin / "p5.jpg").write_bytes(b"no picture")
    one_sentence(read_expw, root, "p3.jpg", "more than 2 of 200")


# AffectNet


@pytest.mark.parametrize("header", [True, False])
def test_affectnet(tmp_path, header):
    root = make_affectnet(tmp_path, [0] * 40 + [7] * 20 + [8, 9, 10], range(11), header)
    eight = read_affectnet8(root)
    assert eight.images.shape == (68, 144, 144, 3)
    assert [len(eight.split(s)) for s in ("train", "validation", "test")] == [57, 3, 8]
    # The owners' order: 0 neutral, happy, sad, surprise, fear, disgust, anger, contempt.
    assert named(eight.split("test")) == list(labels.BASIC_WITH_CONTEMPT)
    shows_the_face(eight.images[0])
    seven = read_affectnet7(root)
    assert len(seven) == 47 and seven.classes == labels.BASIC


def test_affectnet_wrong_layouts(tmp_path):
    root = make_affectnet(tmp_path)
    lists = root / "Manually_Annotated_file_lists"
    whole = (lists / "training.csv").read_text()
    for old, new, word in (
        ("expression", "emotion", "columns"),
        (",3,-0.2", ",33,-0.2", "row 4"),
        (",300,150,", ",NULL,150,", "row 1"),
        (",0.3", "", "columns"),
    ):
        (lists / "training.csv").write_text(whole.replace(old, new))
        one_sentence(read_affectnet8, root, word, "training.csv")
    (lists / "training.csv").write_text(whole)
    (lists / "validation.csv").unlink()
    one_sentence(read_affectnet8, root, "validation.csv")


# SFEW 2.0


def test_sfew_whole_frames(tmp_path):
    samples = read_sfew(make_sfew(tmp_path), find_bright)
    assert samples.images.shape == (77, 144, 144, 3)
    assert [len(samples.split(s)) for s in ("train", "validation", "test")] == [63, 7, 7]
    assert sorted(named(samples.split("test"))) == sorted(labels.BASIC)
    shows_the_face(samples.images[0])


def test_sfew_aligned_faces_are_preferred_and_keep_their_shape(tmp_path):
    make_sfew(tmp_path, aligned=True, each=1)
    make_picture(tmp_path / "Train" / "Angry" / "frame.png", 200)
    samples = read_sfew(tmp_path)
    assert len(samples) == 14
    assert set(samples.images.flatten()) == set(range(100, 107))


def test_sfew_wrong_class(tmp_path):
    root = make_sfew(tmp_path, each=1)
    make_picture(root / "Val" / "Bored" / "a.png")
    one_sentence(read_sfew, root, "Bored", "Angry")


# Any folder


def test_folder_maps_synonyms_and_keeps_custom_classes(tmp_path):
    root = make_folder(tmp_path, ["Happy", "3_sad", "contempt", "Tongue out", "AFRAID"])
    samples = read_folder(root)
    assert samples.classes == (*labels.BASIC_WITH_CONTEMPT, "Tongue out")
    counts = {c: k for c, k in samples.counts().items() if k}
    assert counts == dict.fromkeys(["happiness", "sadness", "contempt", "Tongue out", "fear"], 10)
    assert samples.images.shape == (50, 60, 60, 3)  # small ones are not enlarged
    assert [len(samples.split(s)) for s in ("train", "validation", "test")] == [35, 5, 10]


def test_folder_of_custom_classes_alone(tmp_path):
    samples = read_folder(make_folder(tmp_path, ["wink", "pout"]))
    assert samples.classes == ("pout", "wink")


def test_folder_with_a_split_level(tmp_path):
    make_folder(tmp_path / "Training", ["happy", "sad"], each=20)
    make_folder(tmp_path / "valid", ["happy"], each=2)
    make_folder(tmp_path / "test", ["happy"], each=3)
    samples = read_folder(tmp_path)
    assert [len(samples.split(s)) for s in ("train", "validation", "test")] == [40, 2, 3]
    shutil.rmtree(tmp_path / "valid")
    samples = read_folder(tmp_path)
    assert [len(samples.split(s)) for s in ("train", "validation", "test")] == [36, 4, 3]


def test_folder_crops_large_pictures_to_the_face(tmp_path):
    make_picture(tmp_path / "happy" / "small.png", 40, 50, 30)
    big = make_picture(tmp_path / "happy" / "big.png")
    frame = np.full((300, 500, 3), 10, np.uint8)
    frame[100:200, 200:300] = 200
    big.write_bytes(png(frame))
    nobody = make_picture(tmp_path / "happy" / "nobody.png")
    nobody.write_bytes(png(np.full((200, 300, 3), 10, np.uint8)))
    samples = read_folder(tmp_path, find_bright)
    assert samples.images.shape == (3, 144, 144, 3)
    shows_the_face(samples.images[0])
    assert samples.images[1].max() == 10


def test_folder_wrong_layouts(tmp_path):
    make_folder(tmp_path / "a", ["train", "happy"], each=1)
    one_sentence(read_folder, tmp_path / "a", "train", "happy")
    make_folder(tmp_path / "b", ["unknown"], each=1)
    one_sentence(read_folder, tmp_path / "b", "unknown", "rename")
    make_picture(tmp_path / "c" / "loose.png")
    one_sentence(read_folder, tmp_path / "c", "class folders")
    make_folder(tmp_path / "d", ["happy"], each=2)
    (tmp_path / "d" / "happy" / "0.png").write_bytes(b"rubbish")
    one_sentence(read_folder, tmp_path / "d", "0.png")


def test_a_folder_that_changed_is_read_anew(tmp_path, monkeypatch):
    reads = []

    def count(name, samples):
        reads.append(name)
        return samples

    from fervideo.training import cache

    monkeypatch.setattr(
        cache,
        "align_samples",
        lambda s, report: count(s.name, cache.AlignedSamples(s, *_nothing(len(s)))),
    )
    root = make_folder(tmp_path / "data", ["happy"], each=3)
    for _ in range(2):
        load_aligned("folder", root, tmp_path / "cache")
    assert reads == ["folder"]
    make_picture(root / "happy" / "new.png")
    assert len(load_aligned("folder", root, tmp_path / "cache").samples) == 4
    assert len(reads) == 2


def _nothing(number):
    identity = np.broadcast_to(np.eye(2, 3, dtype=np.float32), (number, 2, 3))
    return identity, identity, np.zeros(number, bool)


# Other classes


def test_with_classes_leaves_out_and_renumbers(tmp_path):
    samples = read_ferplus(make_fer2013(tmp_path))
    chosen = with_classes(samples, ("wink", "happiness", "disgust"))
    assert named(chosen) == ["disgust", "happiness"]
    np.testing.assert_allclose(chosen.targets, [[0, 0, 1], [0, 1, 0]])  # anger's half is gone
    with pytest.raises(DatasetError, match=r"expected any of the classes wink, found neutral"):
        with_classes(samples, ("wink",))


def test_names_of_expressions():
    assert labels.expression_of("Happy") == "happiness"
    assert labels.expression_of(" 03-Happily_Surprised ") == "happily surprised"
    assert labels.expression_of("SUR") == "surprise"
    assert labels.expression_of("Smile_2") == "Smile_2"
    assert set(labels.SYNONYMS.values()) <= {*labels.BASIC_WITH_CONTEMPT, *labels.COMPOUND}


@pytest.mark.parametrize(
    ("reader", "file"),
    [
        (read_rafdb, "EmoLabel/list_patition_label.txt"),
        (read_expw, "label.lst"),
        (read_affectnet8, "training.csv"),
        (read_ferplus, "fer2013new.csv"),
        (read_fer2013, "fer2013.csv"),
    ],
)
def test_a_table_of_another_kind_is_one_sentence(tmp_path, reader, file):
    for name in ("validation.csv", "fer2013.csv", file):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"\xff\xfe\x00,\xe4 1\n\xff,2\n")
    for folder in ("Image/aligned", "image", "Manually_Annotated_Images"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    one_sentence(reader, tmp_path)
