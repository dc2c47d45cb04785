"""`marquee library confirm`: answers a scan that asks before it forgets many files."""

from sqlalchemy import text

from app.commands.library import named, running
from app.commands.scan import a_worker, follow
from app.commands.terminal import meters, print_json, say
from app.core.config import Config
from app.core.plain import Trouble
from app.library.confirm import confirm_removal
from app.library.scans import cancel_scan

ASKING = text(
    "SELECT id FROM library.scans WHERE library_id = :library_id AND status = 'awaiting_confirmation'"
)


async def run(config: Config, name: str, *, refuse: bool, as_json: bool) -> None:
    """Raises Trouble where there is no such library or none of its scans asks; Conflict while one is under way."""
    async with running(config) as (app, servers):
        library = await named(app, name)
        scan_id = await app.db.value(ASKING, library_id=library.id)
        if scan_id is None:
            raise Trouble(f"No scan of {library.name} asks for anything.")
        async with app.transaction() as tx:
            await (cancel_scan if refuse else confirm_removal)(tx, scan_id)
        async with a_worker(servers):
            with meters() as bar:
                scan = await follow(app, library.name, scan_id, bar)
    if as_json:
        print_json(scan.as_json())
    elif refuse:
        say(f"{library.name}: nothing was removed.")
    else:
        say(f"{library.name}: {scan.files_removed} files were forgotten.")
