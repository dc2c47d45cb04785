"""`marquee demo`: generates the demo library."""

from pathlib import Path

from app.commands.terminal import Meter, meters, print_json, say
from app.core.plain import Trouble
from app.demo.library import FolderInUse, generate, is_current


def run(folder: Path, *, as_json: bool) -> None:
    """Have the current demo library in a folder; quick where it is there already. Raises Trouble."""
    folder = folder.expanduser().absolute()
    try:
        if not is_current(folder):
            _generate(folder, as_json=as_json)
    except FolderInUse as error:
        raise Trouble(f"{error}.") from error
    if as_json:
        print_json({"path": str(folder)})
    else:
        say(f"The demo library is in {folder}: films in {folder / 'movies'}, series in {folder / 'tv'}.")


def _generate(folder: Path, *, as_json: bool) -> None:
    with meters() as bar:
        meter = Meter("Demo library", bar)

        def progress(done: int, total: int, path: str) -> None:
            if as_json:
                print_json({"path": path, **meter.pace(done, total).as_json()})
            else:
                meter.update(done, total)

        generate(folder, progress)
