"""The installed wheel works from any folder: its profiles are found, and a person's own ones need no edit inside it."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.running_app import NOT_OURS_BEGINNING, ROOT
from tests.discover.test_servers import BY_MODEL
from tests.patience import PATIENT, PATIENT_DOCTOR
from tests.sentences import sentence
from tests.shapes.server import VllmServer

BUILD = "import sys; from hatchling.builders.wheel import WheelBuilder as Builder; "
BUILD += "print(*Builder(sys.argv[1]).build(directory=sys.argv[2]))"
SHIPPED = {path.stem for path in (ROOT / "profiles").glob("[!_]*.yaml")}
READ = """
import json
from chat.command.profiles import read_folder
shelf = read_folder()
values = {name: [each.name, each.sampling.temperature] for name, each in shelf.profiles.items()}
print(json.dumps([values, list(shelf.problems)]))
"""
PAGE = """
import os
from chat.launch.house import ROOT
os.environ["CHAINLIT_APP_ROOT"] = str(ROOT)
from chat.page.session import FOLDERS, OFFERING
print(FOLDERS.own, *sorted(OFFERING.catalogue().offers), sep="\\n")
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment with the wheel, and the empty home of the person who uses it."""

    python: Path
    packages: Path
    home: Path
    variables: Mapping[str, str]

    @property
    def own(self) -> Path:
        return self.home / "config" / "fullstop" / "profiles"

    def run(self, *command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the empty home."""
        environment = {**self.variables, **variables}
        return subprocess.run(command, cwd=self.home, env=environment, capture_output=True, text=True, timeout=300)

    def fullstop(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run(self.python.with_name("fullstop"), *words, **variables)

    def python_says(self, code: str, **variables: str) -> str:
        done = self.run(self.python, "-c", code, **variables)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def files(self) -> dict[str, int]:
        """Return the files of the package with their times, without the translations that Chainlit adds itself."""
        found = [path for path in (self.packages / "chat").rglob("*") if path.is_file()]
        return {str(path): path.stat().st_mtime_ns for path in found if path.parent.name != "translations"}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the Python of a new environment with the wheel, beside the packages of this one, and its packages."""
    pytest.importorskip("hatchling", reason="hatchling is not here; make installs the app itself with it")
    folder = tmp_path_factory.mktemp("wheel")
    built = [sys.executable, "-c", BUILD, str(ROOT), str(folder)]
    wheel = subprocess.run(built, capture_output=True, text=True, check=True).stdout.split()[-1]
    venv.create(folder / "env", with_pip=False, symlinks=True)
    python = folder / "env" / "bin" / "python"
    install = ["pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index", "--no-compile", wheel]
    subprocess.run([sys.executable, "-m", *install], capture_output=True, check=True)
    [packages] = (folder / "env" / "lib").glob("python*/site-packages")
    # A line of a .pth file is a folder whose own .pth files do not count, so this checkout is not there.
    (packages / "parent.pth").write_text(sysconfig.get_path("purelib"))
    return python, packages


@pytest.fixture
def installed(environment: tuple[Path, Path], tmp_path: Path) -> Iterator[Installed]:
    """Yield the environment with an empty home. Nothing inside the package changes."""
    foreign = (*NOT_OURS_BEGINNING, "XDG_", "LC_", "LANG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"), "LC_ALL": "C"}
    here = Installed(
        *environment, tmp_path, {**kept, **home, **PATIENT, **PATIENT_DOCTOR, "PYTHONDONTWRITEBYTECODE": "1"}
    )
    before = here.files()
    yield here
    assert here.files() == before


def shelf_of(installed: Installed, **variables: str) -> tuple[dict[str, tuple[str, float | None]], list[str]]:
    profiles, problems = json.loads(installed.python_says(READ, **variables))
    return {name: (shown, temperature) for name, (shown, temperature) in profiles.items()}, problems


def test_the_commands_start_in_an_empty_folder_and_the_shipped_profiles_are_found(installed: Installed) -> None:
    done = installed.fullstop("profile", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--write" in done.stdout
    profiles, problems = shelf_of(installed)
    assert (set(profiles), problems) == (SHIPPED, [])
    assert Path(installed.python_says("import chat; print(chat.__file__)")).is_relative_to(installed.packages)
    assert list(installed.home.iterdir()) == []


@pytest.mark.parametrize("named", [False, True])
def test_own_profiles_are_read_and_win_and_extend_the_shipped_ones(installed: Installed, named: bool) -> None:
    own = installed.home / "elsewhere" if named else installed.own
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text("extends: glm-4.7\nname: Mine\nsampling: {temperature: 0.1}\n")
    (own / "qwen3.yaml").write_text("extends: qwen3\nname: My Qwen\nsampling: {temperature: 0.2}\n")
    (own / "bad.yaml").write_text("extends: qwen3\nsampling: {temperature: hot}\n")
    variables = {"FULLSTOP_PROFILES": str(own)} if named else {}
    profiles, problems = shelf_of(installed, **variables)
    assert (set(profiles), problems) == (SHIPPED | {"mine"}, ["bad"])
    assert (profiles["mine"], profiles["qwen3"]) == (("Mine", 0.1), ("My Qwen", 0.2))
    said = installed.fullstop("ask", "--profile", "bad", "Hello?", **variables)
    assert f"{(own / 'bad.yaml').relative_to(installed.home)}:2" in said.stderr


def test_the_page_reads_the_same_folders(installed: Installed) -> None:
    installed.own.mkdir(parents=True)
    (installed.own / "mine.yaml").write_text("extends: glm-4.7\nname: Mine\n")
    own, *offers = installed.python_says(PAGE).splitlines()
    assert Path(own) == installed.own
    assert set(offers) == SHIPPED | {"mine"}


def test_a_made_profile_is_written_beside_the_package(installed: Installed) -> None:
    case = BY_MODEL["ByteDance-Seed/Seed-OSS-36B-Instruct"]
    with VllmServer(case.shape) as server:
        done = installed.fullstop("profile", "--write", VLLM_BASE_URL=server.base_url)
    path = installed.own / "seed-oss-36b-instruct.yaml"
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == sentence("saving.saved", path=path.relative_to(installed.home))
    assert path.stem in shelf_of(installed)[0]
