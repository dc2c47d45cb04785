"""`marquee doctor`: what is wrong with this machine or its configuration, and what to do about it."""

import asyncio
from contextlib import AsyncExitStack

from app.commands.doctor_machine import machine_checks
from app.commands.doctor_servers import database_checks, redis_checks
from app.commands.explain import one_line
from app.commands.finding import Finding, Verdict
from app.commands.servers import started, with_running
from app.commands.terminal import print_json, results
from app.core.config import Config
from app.embedded.errors import EmbeddedError

_MARKS = {
    Verdict.OK: ("[green]✓[/green]", ""),
    Verdict.WARNING: ("[yellow]![/yellow]", "yellow"),
    Verdict.BROKEN: ("[red]✗[/red]", "red"),
}


async def run(config: Config, *, as_json: bool, with_mail: bool = False) -> int:
    """Say what was found. The exit status comes back: 1 if anything is broken.

    with_mail: reach out for the mail server, too.
    """
    findings = await examine(config, with_mail=with_mail)
    is_well = all(finding.verdict is not Verdict.BROKEN for finding in findings)
    if as_json:
        print_json({"ok": is_well, "checks": [finding.as_json() for finding in findings]})
    else:
        _show(findings, is_well=is_well)
    return 0 if is_well else 1


async def examine(config: Config, *, with_mail: bool = False) -> list[Finding]:
    """Every check, the machine's first; none of them changes anything that lasts."""
    machine = await asyncio.to_thread(machine_checks, config)
    return [*machine, *await _server_checks(config, with_mail=with_mail)]


async def _server_checks(config: Config, *, with_mail: bool) -> list[Finding]:
    async with AsyncExitStack() as stack:
        known = with_running(config)
        is_ours = not (known.database_url and known.redis_url)
        try:
            if is_ours:
                known = await stack.enter_async_context(started(config))
        except EmbeddedError as error:
            advice = "See its log, or set MARQUEE_DATABASE_URL and MARQUEE_REDIS_URL to servers of your own."
            return [Finding("Embedded servers", Verdict.BROKEN, one_line(error), advice)]
        migrates_itself = not config.database_url
        found = await database_checks(known, migrates_itself=migrates_itself, with_mail=with_mail)
        return [*found, await redis_checks(known)]


def _show(findings: list[Finding], *, is_well: bool) -> None:
    for finding in findings:
        mark, style = _MARKS[finding.verdict]
        results.print(f"{mark} [bold]{finding.name}[/bold]", end=": ")
        results.print(finding.message, style=style, markup=False)
        if finding.advice:
            results.print(f"  → {finding.advice}", markup=False)
    results.print("All is well." if is_well else "Something is broken; see above.")
