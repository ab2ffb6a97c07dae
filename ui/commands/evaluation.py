"""The commands for those who measure: `policyqa eval COMMAND`, each in a file of its own."""

import typer

from ui.commands.bench import bench
from ui.commands.eval_calibrate import calibrate
from ui.commands.eval_draft import draft
from ui.commands.eval_gate import gate
from ui.commands.eval_judge import judge
from ui.commands.eval_report import compare, report
from ui.commands.eval_run import run
from ui.console import add

app = typer.Typer(
    help="Measure answers on a set of questions whose right clauses are known.",
    short_help="Measure answers on a set of questions",
    no_args_is_help=True,
    rich_markup_mode=None,
)
add(app, run)
add(app, report)
add(app, compare)
add(app, gate)
add(app, calibrate)
add(app, draft)
add(app, judge)
add(app, bench)
