"""All of the demo library or nothing, whatever happens while it is made."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from app.demo import library
from app.demo.clip import Audio, Clip, Video
from app.demo.library import MARKER, FolderInUse, generate, is_current
from app.demo.works import DemoLibrary, Extra, ExtraKind, Ignored
from tests.patience import PATIENCE_S


def small(*names: str) -> DemoLibrary:
    clip = Clip(Video(width=64, height=64), (Audio(),), duration_s=0.2)
    extras = tuple(Extra(f"movies/{name}.mkv", ExtraKind.SAMPLE, "", clip) for name in names)
    return DemoLibrary((), (), extras, (), (Ignored("movies/.hidden", b"x"),))


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "DEMO", small("One", "Two"))


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("tiny")
def test_the_same_declaration_makes_the_same_bytes(tmp_path):
    generate(tmp_path / "a")
    generate(tmp_path / "b")

    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert set(contents(tmp_path / "a")) == {"movies/One.mkv", "movies/Two.mkv", "movies/.hidden", MARKER}


@pytest.mark.usefixtures("tiny")
def test_progress_counts_up_to_all_files(tmp_path):
    steps = []

    generate(tmp_path / "demo", lambda done, total, name: steps.append((done, total)))

    assert steps == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.usefixtures("tiny")
def test_an_older_version_is_replaced_whole(tmp_path, monkeypatch):
    root = tmp_path / "demo"
    generate(root)
    monkeypatch.setattr(library, "DEMO", small("Two", "Three"))

    assert not is_current(root)
    generate(root)

    assert set(contents(root)) == {"movies/Two.mkv", "movies/Three.mkv", "movies/.hidden", MARKER}
    assert is_current(root)


@pytest.mark.usefixtures("tiny")
def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "holiday.mkv").write_bytes(b"irreplaceable")

    with pytest.raises(FolderInUse):
        generate(tmp_path)

    assert contents(tmp_path) == {"holiday.mkv": b"irreplaceable"}


@pytest.mark.usefixtures("tiny")
def test_an_empty_folder_is_filled(tmp_path):
    root = tmp_path / "demo"
    root.mkdir()

    generate(root)

    assert is_current(root)


@pytest.mark.usefixtures("tiny")
def test_a_failure_leaves_nothing(tmp_path):
    def full(done: int, total: int, name: str) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        generate(tmp_path / "demo", full)

    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def test_killed_in_the_middle_it_leaves_nothing_half_and_nothing_running(tmp_path, monkeypatch):
    root = tmp_path / "demo"
    monkeypatch.setattr(library, "DEMO", small("One", "Two"))
    program = (
        "import sys; from pathlib import Path; from app.demo import library; "
        "from tests.demo.test_demo_generate import small; library.DEMO = small(*'abcdefgh'); "
        "library.generate(Path(sys.argv[1]), lambda *step: print(step, flush=True) or sys.stdin.read())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as run:
        run.stdout.readline()
        workers = psutil.Process(run.pid).children(recursive=True)
        os.kill(run.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(workers, timeout=PATIENCE_S)

    assert workers
    assert alive == []
    assert not root.exists()
    generate(root)
    assert is_current(root)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["demo"]
