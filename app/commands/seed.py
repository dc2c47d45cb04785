"""`marquee seed`: fills an empty database with invented works."""

from app.commands.library import running
from app.commands.terminal import Meter, meters, print_json, say
from app.core.config import Config
from app.seeding.sow import sow


async def run(config: Config, *, movies: int, series: int, as_json: bool) -> None:
    """Raises Conflict where somebody's own libraries are, Trouble."""
    async with running(config) as (app, _):
        with meters() as bar:
            meter = Meter("Inventing", bar)

            def progress(done: int, total: int) -> None:
                if as_json:
                    print_json(meter.pace(done, total).as_json())
                else:
                    meter.update(done, total)

            await sow(app, movies=movies, series=series, progress=progress)
    if as_json:
        print_json({"movies": movies, "series": series})
    else:
        say(f"There are at least {movies} invented films and {series} invented series now.")
