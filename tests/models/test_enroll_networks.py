"""Enrolling works with every network, whatever its input and embedding, through the registry."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from media import SharedMedia
from safetensors.torch import save_file

from fervideo import labels
from fervideo.centers.enroll import EnrollmentSession
from fervideo.centers.profile import Profile
from fervideo.centers.store import ProfileStore
from fervideo.faces.align import align_faces
from fervideo.faces.detector import FaceDetector
from fervideo.models.card import ModelCard, write_card
from fervideo.models.network import builders
from fervideo.models.registry import CENTERS, Model, load_model
from fervideo.types import ByteImage

SYSTEMS = ("lfnsb", "mobilefacenet", "lmcl", "se-resnet", "light-cnn", "vgg-lip", "lmcl-sphere")


def untrained(name: str, folder: Path) -> Model:
    """A network with random weights, written down and read back as a model of a user's own."""
    torch.manual_seed(1)
    network = builders()[name](len(labels.BASIC), "linear", 16.0)
    path = folder / f"{name}.safetensors"
    tensors = {k: v.half() if v.is_floating_point() else v for k, v in network.state_dict().items()}
    random = torch.nn.functional.normalize(torch.randn(7, network.embedding_size), dim=1)
    save_file({**tensors, CENTERS: random}, path)
    card = ModelCard(
        name=name,
        title=name,
        paper="none",
        network=name,
        head="linear",
        classes=labels.BASIC,
        embedding_size=network.embedding_size,
        scale=8.0,
        threshold=0.2,
        centers_from="nothing",
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        parameters=1,
        multiply_adds=1,
        input_size=network.frame_size,
        window=network.input_size if network.input_size != network.frame_size else None,
    )
    write_card(card, path.with_suffix(".json"))
    return load_model(str(path), "cpu")


@pytest.fixture(scope="module")
def portraits(shared_media: SharedMedia) -> list[tuple[ByteImage, np.ndarray]]:
    """Pictures of one face and where it is: as it is, mirrored, and darker."""
    portrait = shared_media.portrait
    images = [portrait, portrait[:, ::-1].copy(), (portrait * 0.6).astype(np.uint8)]
    with FaceDetector(stills=True) as detector:
        return [(image, detector(image).keypoints[:1]) for image in images]


@pytest.mark.parametrize("name", SYSTEMS)
def test_an_expression_is_enrolled_kept_and_recognised(
    name: str, portraits: list[tuple[ByteImage, np.ndarray]], tmp_path: Path
) -> None:
    model = untrained(name, tmp_path)
    session = EnrollmentSession(model, "smirk", wanted=3)
    crops = [align_faces(image, points, model.card.input_size) for image, points in portraits]
    for crop in crops:
        session.offer_face(crop[0], model.embed(crop)[0])
    assert len(session.samples) >= 2
    made = Profile.new("Anna").with_expression(session.finish(), keep_crops=True)
    store = ProfileStore(tmp_path / "profiles")
    store.save(made)
    kept = store.load("Anna")
    centers = kept.apply(model)
    assert centers.classes == (*labels.BASIC, "smirk")
    scores = centers.scores(centers.cosines(model.embed(np.concatenate(crops))))
    assert {centers.classes[i] for i in scores.argmax(axis=1)} == {"smirk"}
    assert (scores.max(axis=1) > centers.threshold).all()


def test_pictures_kept_with_one_network_enroll_for_one_of_another_size(
    portraits: list[tuple[ByteImage, np.ndarray]], tmp_path: Path
) -> None:
    one, other = (untrained(name, tmp_path) for name in ("mobilefacenet", "vgg-lip"))
    assert one.card.input_size != other.card.input_size
    session = EnrollmentSession(one, "smirk", wanted=3)
    for image, points in portraits:
        crop = align_faces(image, points, one.card.input_size)
        session.offer_face(crop[0], one.embed(crop)[0])
    made = Profile.new("Anna").with_expression(session.finish(), keep_crops=True)
    assert made.lacking(other.card) == ("smirk",)
    moved = made.reenrolled(other)
    assert moved.lacking(other.card) == () and "smirk" in moved.apply(other).classes
    direct = np.concatenate(
        [other.embed(align_faces(i, p, other.card.input_size)) for i, p in portraits]
    ).mean(axis=0)
    cosine = moved.expression("smirk").center_for(other.card).center @ direct
    assert cosine / np.linalg.norm(direct) > 0.98, "as if it had been enrolled with this network"
