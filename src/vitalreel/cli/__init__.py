"""The command line: parse, call one step, print what a person or a program can read."""

from __future__ import annotations

import importlib

import click

from vitalreel import __version__

COMMANDS = {
    "demo": "demo:demo",
    "init": "workspace:init",
    "check": "data:check",
    "load": "data:load",
    "quarantine": "data:quarantine",
    "score": "health:score",
    "explain": "health:explain",
    "plan": "plays:plan",
    "condition": "conditions:condition",
    "run": "plays:run",
    "produce": "films:produce",
    "differ": "differ:differ",
    "preview": "preview:preview",
    "trace": "films:trace",
    "still": "still:still",
    "talent": "talent:talent",
    "say": "say:say",
    "review": "review:review",
    "deliver": "delivery:deliver",
    "outbox": "delivery:outbox",
    "stop": "plays:stop",
    "resume": "plays:resume",
    "views": "tracking:views",
    "report": "report:report",
    "simulate": "simulate:simulate",
    "queue": "queue:queue",
    "serve": "serve:serve",
    "worker": "serve:worker",
    "prune": "prune:prune",
    "migrate": "workspace:migrate",
    "doctor": "workspace:doctor",
}
"""Command name -> module in this package and the name of the click command in it."""


class _Lazy(click.Group):
    """Imports a command's module only when that command is asked for, so that `--help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(f"{__name__}.{module}"), name)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vitalreel")
def main() -> None:
    """Health scores that speak: a personalised, measured video for every customer account.

    Every command takes -w DIR (the workspace), --as-of DATE (act as if on that day) and --json.
    """
