"""Starting a process of ours that has the modules of the one that starts it."""

import json
import sys

_START = "import json, sys; sys.path[:] = json.loads(sys.argv.pop())\n"


def command(code: str, *arguments: str) -> list[str]:
    """The command line that runs the code, which finds its arguments in sys.argv[1:]."""
    return [sys.executable, "-c", _START + code, *arguments, json.dumps(sys.path)]
