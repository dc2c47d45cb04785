"""The `marquee` command."""
# Each command imports what it needs when it runs: most of them need little, and all should begin at once.

import asyncio
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.core import logs
from app.core.config import Config
from app.core.lifeline import LIFELINE, hang_on, is_child, take_settings

cli = typer.Typer(
    name="marquee",
    help="A GraphQL media-catalog server: films and series as one typed, real-time graph.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
library = typer.Typer(name="library", help="The libraries: what is in them, and where.", no_args_is_help=True)
cli.add_typer(library)
user = typer.Typer(name="user", help="Accounts, for whoever has the machine.", no_args_is_help=True)
cli.add_typer(user)

secrets = typer.Typer(
    name="secrets", help="The keys that stored secrets are sealed with.", no_args_is_help=True
)
cli.add_typer(secrets)

security = typer.Typer(name="security", help="Who can reach Marquee.", no_args_is_help=True)
cli.add_typer(security)


class Kind(StrEnum):
    """What a library holds."""

    MOVIE = "movie"
    TV = "tv"


AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]
Name = Annotated[str, typer.Argument(help="The library's name.")]


Who = Annotated[str, typer.Argument(help="Their name or e-mail address.")]
Roles = Annotated[
    list[str] | None, typer.Option("--role", help="A role of theirs; may be given several times.")
]


@cli.command()
def up(
    media: Annotated[
        Path | None, typer.Option(help="Folder with movies/ and tv/ below it.", show_default=False)
    ] = None,
    demo: Annotated[bool, typer.Option(help="Show the demo library where there is no other.")] = True,
) -> None:
    """Run everything: PostgreSQL, Redis, server and worker. Ctrl-C stops it all."""
    from app.commands import up as command

    raise typer.Exit(command.run(Config.from_env(), media=media, demo=demo))


@cli.command()
def serve() -> None:
    """Run a server, with PostgreSQL and Redis where none are configured or running."""
    from app.commands import run_one

    raise typer.Exit(run_one.run(Config.from_env(), "server"))


@cli.command()
def worker() -> None:
    """Run a worker, with PostgreSQL and Redis where none are configured or running."""
    from app.commands import run_one

    raise typer.Exit(run_one.run(Config.from_env(), "worker"))


@cli.command()
def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Only check that migrations make the tables that the code has.")
    ] = False,
    down: Annotated[
        str | None,
        typer.Option(help="Go down to this revision; `base` removes everything.", metavar="REVISION"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring the database to the newest revision."""
    from app.commands import migrate as command

    if check:
        asyncio.run(command.check(as_json=as_json))
    elif down:
        asyncio.run(command.down(Config.from_env(), down, as_json=as_json))
    else:
        asyncio.run(command.up(Config.from_env(), as_json=as_json))


@cli.command()
def schema(
    check: Annotated[bool, typer.Option("--check", help="Compare with schema.graphql.")] = False,
) -> None:
    """Print the GraphQL schema."""
    from app.commands import schema as command

    if check:
        command.check()
    else:
        command.show()


@cli.command()
def documents(
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Only check that all are valid, those of MARQUEE_TRUSTED_MANIFESTS too."
        ),
    ] = False,
) -> None:
    """Print the manifest of the trusted documents that come with Marquee, as Apollo's tools write it."""
    from app.commands import documents as command

    if check:
        command.check(Config.from_env())
    else:
        command.show()


@cli.command()
def parse() -> None:
    """Read names on standard input, say what they are: `movie<TAB>name` or `episode<TAB>name` in, JSON out."""
    from app.commands import parse as command

    command.run()


@cli.command()
def demo(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to.", show_default="demo/ in the data directory")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Generate the demo library: invented films and series, a few seconds each."""
    from app.commands import demo as command

    command.run(folder or Config.from_env().data_path / "demo", as_json=as_json)


@cli.command()
def seed(
    movies: Annotated[int, typer.Option(min=0, help="How many films there should be.")] = 1000,
    series: Annotated[int, typer.Option(min=0, help="How many series there should be.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Fill an empty database with invented films and series, to measure or to build a client with."""
    from app.commands import seed as command

    asyncio.run(command.run(Config.from_env(), movies=movies, series=series, as_json=as_json))


@cli.command()
def doctor(
    mail: Annotated[bool, typer.Option("--mail", help="Reach out for the mail server, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check the machine and the configuration, and say what to do about what is wrong."""
    from app.commands import doctor as command

    raise typer.Exit(asyncio.run(command.run(Config.from_env(), as_json=as_json, with_mail=mail)))


def _password() -> str:
    """Asked for twice at a terminal; else the first line of standard input."""
    if sys.stdin.isatty():
        return typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return sys.stdin.readline().rstrip("\n")


@user.command("add")
def user_add(
    name: Annotated[str, typer.Argument(help="The name to sign in by.")],
    email: Annotated[str | None, typer.Option(help="An e-mail address.", show_default=False)] = None,
    role: Roles = None,
    as_json: AsJson = False,
) -> None:
    """Make an account. The password is asked for, or read from standard input."""
    from app.commands import user as command

    word = _password()
    roles = ["user"] if role is None else role
    asyncio.run(command.add(Config.from_env(), name, word, email=email, roles=roles, as_json=as_json))


@user.command("list")
def user_list(as_json: AsJson = False) -> None:
    """Show all accounts."""
    from app.commands import user as command

    asyncio.run(command.show(Config.from_env(), as_json=as_json))


@user.command("password")
def user_password(name: Who, as_json: AsJson = False) -> None:
    """Set somebody's password, and sign them out. It is asked for, or read from standard input."""
    from app.commands import user as command

    asyncio.run(command.password(Config.from_env(), name, _password(), as_json=as_json))


@user.command("unlock")
def user_unlock(name: Who, as_json: AsJson = False) -> None:
    """Let somebody sign in again whom too many failed attempts have locked out."""
    from app.commands import user as command

    asyncio.run(command.unlock(Config.from_env(), name, as_json=as_json))


@user.command("roles")
def user_roles(name: Who, role: Roles = None, as_json: AsJson = False) -> None:
    """Give somebody these roles, and no others."""
    from app.commands import user as command

    asyncio.run(command.give_roles(Config.from_env(), name, role or [], as_json=as_json))


@user.command("sessions")
def user_sessions(
    name: Who,
    end: Annotated[bool, typer.Option("--end", help="Sign them out everywhere.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show where somebody is signed in."""
    from app.commands import user as command

    asyncio.run(command.sessions(Config.from_env(), name, end=end, as_json=as_json))


@library.command("add")
def library_add(
    name: Name,
    kind: Annotated[Kind, typer.Argument(help="What is in it.")],
    paths: Annotated[list[Path], typer.Argument(help="Its folders.")],
    as_json: AsJson = False,
) -> None:
    """Make a library of one or more folders."""
    from app.commands import library as command

    asyncio.run(command.add(Config.from_env(), name, kind, paths, as_json=as_json))


@library.command("list")
def library_list(as_json: AsJson = False) -> None:
    """Show all libraries and their folders."""
    from app.commands import library as command

    asyncio.run(command.show(Config.from_env(), as_json=as_json))


@library.command("scan")
def library_scan(
    name: Name,
    path: Annotated[Path | None, typer.Option(help="Only this folder of it.", show_default=False)] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until it is done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look for what is new, changed or gone."""
    from app.commands import scan as command

    asyncio.run(command.run(Config.from_env(), name, path, wait=wait, as_json=as_json))


@library.command("confirm")
def library_confirm(
    name: Name,
    refuse: Annotated[bool, typer.Option("--refuse", help="Keep them as missing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Have the files forgotten that a scan asks about; those that are there again are kept."""
    from app.commands import confirm as command

    asyncio.run(command.run(Config.from_env(), name, refuse=refuse, as_json=as_json))


@library.command("rm")
def library_rm(name: Name, as_json: AsJson = False) -> None:
    """Forget a library. Its files on disk are left alone."""
    from app.commands import library as command

    asyncio.run(command.remove(Config.from_env(), name, as_json=as_json))


@secrets.command("new-key")
def secrets_new_key(as_json: AsJson = False) -> None:
    """Make a key: in front of those in the data directory's file, or for MARQUEE_SECRET_KEYS."""
    from app.commands import secrets as command

    command.add(Config.from_env(), as_json=as_json)


@secrets.command("adopt")
def secrets_adopt(as_json: AsJson = False) -> None:
    """Go on with the keys that are here, where the former are lost with all that they sealed."""
    from app.commands import secrets as command

    asyncio.run(command.adopt(Config.from_env(), as_json=as_json))


@secrets.command("rotate")
def secrets_rotate(as_json: AsJson = False) -> None:
    """Seal all stored secrets anew with the newest key, while everything goes on."""
    from app.commands import secrets as command

    asyncio.run(command.rotate(Config.from_env(), as_json=as_json))


@security.command("allow-all")
def security_allow_all(as_json: AsJson = False) -> None:
    """Let people in from everywhere again, where the settings of networks have locked out all."""
    from app.commands import security as command

    asyncio.run(command.allow_all(Config.from_env(), as_json=as_json))


def main() -> None:
    """Run a command. Errors are one line on standard error: status 1, or 2 for wrong usage; Ctrl-C is 130."""
    if sys.platform == "win32":
        sys.exit("error: Marquee runs on Linux and macOS. On Windows, use it within WSL or Docker.")
    _obey_parent()
    logs.set_up("debug" if _is_debugging() else "error", "marquee")
    try:
        status = cli(standalone_mode=False)
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python complains when it flushes at exit
        status = 1
    except Exception as error:  # noqa: BLE001
        status = _explain(error)
    sys.exit(status if isinstance(status, int) else 0)


def _obey_parent() -> None:
    """As a child of `marquee up`, end when it does."""
    if is_child():
        sys.argv.remove(LIFELINE)
        take_settings()
        hang_on()


def _explain(error: Exception) -> int:
    if isinstance(error, typer.TyperException):
        sys.stderr.write(f"error: {' '.join(error.format_message().split())} Try --help.\n")
        return error.exit_code
    if _is_debugging():
        import traceback

        traceback.print_exception(error)
    sys.stderr.write(f"error: {_one_line(error)}\n")
    return 1


def _is_debugging() -> bool:
    return os.environ.get("MARQUEE_LOG_LEVEL") == "debug"


def _one_line(error: Exception) -> str:
    from app.commands.explain import one_line

    return one_line(error)


if __name__ == "__main__":
    main()
