"""The command line: parse, call one step, print what a person or a program can read."""

from __future__ import annotations

import importlib

import click

from vitalreel import __version__

COMMANDS = {
    "demo": ("demo:demo", "A simulated company once around the loop"),
    "init": ("workspace:init", "Make a workspace in a new or empty folder"),
    "check": ("data:check", "Hold configuration and mappings against the data"),
    "load": ("data:load", "Read sources"),
    "sources": ("sources:sources", "When each source is loaded, and how its loads went"),
    "identity": ("identity:identity", "Accounts and contacts of different sources that are the same"),
    "person": ("person:person", "One person's consent, all that is kept of them, and erasing it"),
    "quarantine": ("data:quarantine", "Rows refused, and why"),
    "score": ("health:score", "Score all accounts, or only some"),
    "explain": ("health:explain", "Why an account's score is what it is, and what moved it"),
    "ask": ("ask:ask", "A question answered from data, every figure with its rows"),
    "tone": ("tone:tone", "How ACCOUNT sounds, by channel and by person"),
    "predict": ("predict:predict", "Churn probability"),
    "calibrate": ("calibrate:calibrate", "New points for the scorecards, from what came of accounts"),
    "patterns": ("patterns:patterns", "What came before churn, by how long, and how often it came before nothing"),
    "opportunities": ("opportunities:opportunities", "Who is ready to expand, and what is open at ACCOUNT"),
    "renewals": ("renewals:renewals", "The renewals ahead, and an account's brief"),
    "qbr": ("qbr:qbr", "An account's pack for its business review"),
    "advocacy": ("advocacy:advocacy", "Who might speak for us, why and whom to ask, and what they answered"),
    "share": ("share:share", "What customers are shown of how things stand, on whose decision"),
    "plan": ("plays:plan", "What would fire today and why, and what would not and why"),
    "pilot": ("pilot:pilot", "Begin with the two plays that carry most revenue at risk"),
    "play": ("play:play", "Which definition of a play is followed by what"),
    "module": ("module:module", "Which modules are signed off"),
    "backtest": ("backtest:backtest", "What a play would have done over days that are past"),
    "why": ("why:why", "Why an account got something, or did not"),
    "condition": ("conditions:condition", "Check a condition, or ask it"),
    "run": ("plays:run", "One tick: track, assess, decide, produce, review, deliver"),
    "produce": ("films:produce", "Make one film about one account"),
    "differ": ("differ:differ", "How much the films of MODULE differ between accounts"),
    "preview": ("preview:preview", "A draft of a module"),
    "trace": ("films:trace", "Every number, name and date of a film"),
    "still": ("still:still", "Draw one moment of a film again from its document"),
    "talent": ("talent:talent", "Who may speak for the company"),
    "say": ("say:say", "Speak one line as a film would"),
    "review": ("review:review", "The review queue"),
    "pulse": ("pulse:pulse", "A CSM's own reading of an account: of whom it is asked, and giving one"),
    "goal": ("goal:goal", "What customers want to reach"),
    "sponsor": ("sponsor:sponsor", "Who the executive sponsor is"),
    "alert": ("alerts:alert", "What people of ours are told"),
    "task": ("tasks:task", "What people of ours are to do"),
    "deliver": ("delivery:deliver", "Send what is approved and due"),
    "draft": ("delivery:draft", "Hand an approved film to a person of ours"),
    "outbox": ("delivery:outbox", "Deliveries and dead letters"),
    "bounces": ("bounces:bounces", "Mails that came back, and addresses that get none"),
    "inbox": ("delivery:inbox", "Print the addresses of a contact's inbox and portal"),
    "stop": ("plays:stop", "The kill switch"),
    "resume": ("plays:resume", "Take a stop back"),
    "recall": ("recall:recall", "Films that were taken back, and what their links show instead"),
    "views": ("tracking:views", "What viewers watched"),
    "asset": ("assets:asset", "Your own education videos, hosted elsewhere"),
    "runs": ("runs:runs", "What fired, who watched and what came of it, for another system"),
    "webhooks": ("webhooks:webhooks", "What other systems are told about views, scores and runs of plays"),
    "estimate": ("estimate:estimate", "The effect of a treatment in any CSV"),
    "cohort": ("cohort:cohort", "What came of accounts a play was served for"),
    "plan-test": ("plan_test:plan_test", "What a test can show before it begins, and when"),
    "report": ("report:report", "What each play did and changed in a quarter"),
    "simulate": ("simulate:simulate", "Make a workspace with an invented company, ready to load"),
    "queue": ("queue:queue", "Films to be made"),
    "serve": ("serve:serve", "Serve the console and the viewers' pages until Ctrl-C"),
    "worker": ("serve:worker", "Make the films that wait in the queue until Ctrl-C"),
    "prune": ("prune:prune", "Make room among the takes"),
    "migrate": ("workspace:migrate", "Bring the workspace's database to the form this version needs"),
    "doctor": ("workspace:doctor", "Look over this machine and, with -w, the workspace"),
}
"""Command name -> module in this package and the name of the click command in it; what `--help` says of it."""


class _Lazy(click.Group):
    """Imports a command's module only when that command is asked for: `--help` imports none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(f"{__name__}.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vitalreel")
def main() -> None:
    """Health scores that speak: a personalised, measured video for every customer account.

    Every command takes -w DIR (the workspace), --as-of DATE (act as if on that day) and --json.
    """
