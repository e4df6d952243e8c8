"""The parts of the embedded model, in installed packages, become one verified file."""

import errno
import hashlib
from pathlib import Path

import pytest

from chat.launch import model as subject
from chat.launch.model import Parts, find_model, find_verified_file, join_once
from chat.launch.trouble import Trouble

PIECES = [b"GGUF one ", b"two ", b"three"]
WHOLE = b"".join(PIECES)
PARTS = Parts("madeup-part{}", len(PIECES), "madeup.gguf", len(WHOLE), hashlib.sha256(WHOLE).hexdigest())


def install(site: Path, package: str, file: str, content: bytes) -> Path:
    """Write a package as pip does, as far as importlib.metadata reads it. Return its data file."""
    data = site / package.replace("-", "_") / file
    data.parent.mkdir(parents=True)
    data.write_bytes(content)
    (data.parent / "__init__.py").write_text("raise RuntimeError('imported')")
    information = site / f"{package.replace('-', '_')}-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (information / "RECORD").write_text(f"{data.parent.name}/__init__.py,,\n{data.parent.name}/{file},,\n")
    return data


@pytest.fixture
def pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(site)
    return [
        install(site, f"madeup-part{number}", f"part{number}.bin", piece)
        for number, piece in enumerate(PIECES, start=1)
    ]


@pytest.mark.usefixtures("pieces")
def test_the_parts_become_one_file_in_their_order(tmp_path: Path) -> None:
    path = join_once(PARTS, tmp_path / "models")
    assert path.read_bytes() == WHOLE
    assert sorted(file.name for file in path.parent.iterdir()) == ["madeup.gguf", "madeup.sha256"]


def test_the_second_time_no_part_is_needed(tmp_path: Path, pieces: list[Path]) -> None:
    first = join_once(PARTS, tmp_path)
    for piece in pieces:
        piece.unlink()
    assert join_once(PARTS, tmp_path) == first


@pytest.mark.usefixtures("pieces")
def test_a_file_that_was_cut_short_is_joined_again(tmp_path: Path) -> None:
    join_once(PARTS, tmp_path).write_bytes(b"GGUF")
    assert join_once(PARTS, tmp_path).read_bytes() == WHOLE


@pytest.mark.usefixtures("pieces")
def test_a_file_without_its_note_is_joined_again(tmp_path: Path) -> None:
    path = tmp_path / PARTS.file
    path.write_bytes(b"x" * PARTS.size)
    assert join_once(PARTS, tmp_path).read_bytes() == WHOLE


def test_a_changed_part_is_refused_and_leaves_nothing_behind(tmp_path: Path, pieces: list[Path]) -> None:
    pieces[1].write_bytes(b"TWO ")
    with pytest.raises(Trouble, match=r"madeup-part\*.*SHA-256"):
        join_once(PARTS, tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []


def test_a_changed_file_of_one_package_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    path = install(tmp_path, "madeup-whole", "whole.gguf", WHOLE)
    assert find_verified_file("madeup-whole", ".gguf", PARTS.sha256) == path
    path.write_bytes(WHOLE[:-1] + b"!")
    with pytest.raises(Trouble, match=r"madeup-whole.*SHA-256"):
        find_verified_file("madeup-whole", ".gguf", PARTS.sha256)


def test_a_missing_part_is_named(tmp_path: Path, pieces: list[Path]) -> None:
    pieces[2].unlink()
    with pytest.raises(Trouble, match="madeup-part3"):
        join_once(PARTS, tmp_path / "models")


@pytest.mark.usefixtures("pieces")
def test_a_full_disk_is_reported_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(subject, "write_and_digest", full)
    with pytest.raises(Trouble, match="The disk is full"):
        join_once(PARTS, tmp_path)


@pytest.mark.usefixtures("pieces")
def test_without_a_terminal_the_progress_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    join_once(PARTS, tmp_path)
    assert capsys.readouterr().err == "Joining the model (0.0 GB, only once)\n"


def test_a_gguf_file_of_the_user_keeps_its_own_template(tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF rest")
    chosen = find_model(str(path))
    assert (chosen.name, chosen.path, chosen.persona) == ("mine", path, None)


def test_what_is_not_a_gguf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    path.write_bytes(b"{}")
    with pytest.raises(Trouble, match="GGUF"):
        find_model(str(path))


def test_a_path_to_nothing_is_refused() -> None:
    with pytest.raises(Trouble, match=r"/nowhere/model\.gguf"):
        find_model("/nowhere/model.gguf")
