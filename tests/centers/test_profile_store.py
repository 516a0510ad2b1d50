"""Profiles on disk: nothing is lost, nothing is written where it should not be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from enrolments import profile, smirk

from fervideo.centers.profile import Profile
from fervideo.centers.profile_file import profile_bytes
from fervideo.centers.store import ProfileStore, read_profile, write_profile
from fervideo.errors import ProfileError

CHILD = Path(__file__).with_name("saving_child.py")


@pytest.fixture
def store(tmp_path: Path) -> ProfileStore:
    return ProfileStore(tmp_path / "profiles")


def test_saved_profiles_are_listed_and_read(store: ProfileStore) -> None:
    assert store.names() == () and not store.has("Anna")
    store.save(profile("Zoe"))
    store.save(profile("anna"))
    store.save(profile("Jürgen O'Neil 2.0"))
    assert store.names() == ("anna", "Jürgen O'Neil 2.0", "Zoe")
    assert store.load("ANNA").name == "anna" and store.has("zoe")
    assert profile_bytes(store.load("Zoe")) == profile_bytes(profile("Zoe").called("Zoe"))
    assert [p.name for p in store.folder.iterdir() if p.name.startswith(".")] == []


def test_case_makes_no_second_profile(store: ProfileStore) -> None:
    store.save(profile("Anna"))
    store.save(profile("ANNA").with_expression(smirk("frown")))
    assert store.names() == ("Anna",)
    assert store.load("Anna").get("frown") is not None


def test_a_name_is_that_of_the_file(store: ProfileStore) -> None:
    store.save(profile("Anna"))
    (store.folder / "Anna.json").rename(store.folder / "Bea.json")
    assert store.load("Bea").name == "Bea"


@pytest.mark.parametrize(
    "name", ["", "../x", "a/b", "a\\b", "C:x", ".x", "x.", "con", "LPT1.old", "a\0b", "x" * 41]
)
def test_names_that_no_file_can_have(store: ProfileStore, name: str) -> None:
    for use in (store.load, store.path, store.has, store.delete, Profile.new):
        with pytest.raises(ProfileError):
            use(name)


def test_renaming_overwrites_nothing(store: ProfileStore) -> None:
    store.save(profile("Anna"))
    store.save(profile("Bea"))
    with pytest.raises(ProfileError, match="there is a profile Bea already"):
        store.rename("Anna", "bea")
    assert store.rename("anna", "Carla").name == "Carla"
    assert store.rename("Carla", "CARLA").name == "CARLA", "case alone may change"
    assert store.names() == ("Bea", "CARLA")
    assert store.load("carla").get("smirk") is not None


def test_deleting_can_be_undone_until_the_next(store: ProfileStore) -> None:
    store.save(profile("Anna"))
    store.save(profile("Bea"))
    trash = store.delete("Anna")
    assert store.names() == ("Bea",)
    assert store.undelete(trash).get("smirk") is not None
    assert store.names() == ("Anna", "Bea")
    first, second = store.delete("Anna"), store.delete("Bea")
    assert not first.exists() and second.exists(), "pictures of a face are not kept for ever"
    store.save(profile("Bea"))
    with pytest.raises(ProfileError, match="there is a new profile Bea"):
        store.undelete(second)
    store.empty_trash()
    assert [p.name for p in store.folder.iterdir()] == ["Bea.json"]
    with pytest.raises(ProfileError, match="no profile 'Anna'; there are Bea"):
        store.load("Anna")


def test_sharing_leaves_the_pictures_out_unless_asked(store: ProfileStore, tmp_path: Path) -> None:
    store.save(profile("Anna"))
    store.export_file("Anna", tmp_path / "out" / "a.json")
    store.export_file("Anna", tmp_path / "b.json", pictures=True)
    assert read_profile(tmp_path / "out" / "a.json").expression("smirk").crops == ()
    assert len(read_profile(tmp_path / "b.json").expression("smirk").crops) == 3


def test_taking_in_a_profile_overwrites_none(store: ProfileStore, tmp_path: Path) -> None:
    store.save(Profile.new("Anna"))
    write_profile(profile("Anna"), tmp_path / "shared.json")
    assert [store.import_file(tmp_path / "shared.json").name for _ in range(2)] == [
        "Anna 2",
        "Anna 3",
    ]
    assert store.load("Anna").expressions == ()
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(ProfileError, match=r"bad\.json: expected a profile"):
        store.import_file(tmp_path / "bad.json")
    with pytest.raises(ProfileError, match="cannot read the profile"):
        store.import_file(tmp_path / "none.json")
    assert store.names() == ("Anna", "Anna 2", "Anna 3")


def test_a_damaged_profile_stays_as_it_is_and_hides_no_other(store: ProfileStore) -> None:
    store.save(profile("Anna"))
    (store.folder / "Broken.json").write_bytes(b"\x00\x01")
    assert store.names() == ("Anna", "Broken")
    with pytest.raises(ProfileError, match=r"Broken\.json"):
        store.load("Broken")
    with pytest.raises(ProfileError):
        store.rename("Broken", "Mended")
    assert (store.folder / "Broken.json").read_bytes() == b"\x00\x01"
    assert store.load("Anna").name == "Anna"


def test_a_disk_that_refuses_leaves_the_old_profile(
    store: ProfileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(profile("Anna"))
    before = (store.folder / "Anna.json").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProfileError, match="No space left on device; choose a folder"):
        store.save(profile("Anna").without("smirk"))
    assert (store.folder / "Anna.json").read_bytes() == before
    assert len(list(store.folder.iterdir())) == 1


def test_a_kill_between_writing_and_renaming_keeps_the_old_profile(store: ProfileStore) -> None:
    store.save(profile("Anna"))
    before = (store.folder / "Anna.json").read_bytes()
    with start(store.folder, "pause") as child:
        assert child.stdout.readline() == "written\n"
        child.kill()
    assert len(list(store.folder.glob(".*.tmp"))) == 1, "it was killed with the new file written"
    assert (store.folder / "Anna.json").read_bytes() == before
    assert store.names() == ("Anna",) and store.load("Anna").get("frown") is None
    store.save(profile("Anna").with_expression(smirk("frown")))
    assert store.load("Anna").get("frown") is not None
    (rest,) = store.folder.glob(".*.tmp")
    store.empty_trash()
    assert rest.exists(), "another program may be writing it"
    os.utime(rest, (0, 0))
    store.empty_trash()
    assert not rest.exists()


def test_a_kill_at_any_moment_leaves_a_whole_profile(store: ProfileStore) -> None:
    with start(store.folder, "go") as child:
        told = [int(child.stdout.readline()) for _ in range(10)]
        child.kill()
    found = store.load("Anna").custom[-1].name
    assert int(found.removeprefix("frown ")) >= told[-1]


def start(*arguments: object) -> subprocess.Popen[str]:
    folders = os.pathsep.join(map(str, (CHILD.parent, CHILD.parent.parent)))
    return subprocess.Popen(
        [sys.executable, str(CHILD), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": folders},
    )
