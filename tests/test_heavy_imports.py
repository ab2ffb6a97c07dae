"""What commands do without."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "command", [["ask", "施行日期是哪一天？"], ["search", "施行日期"], ["documents"]], ids=" ".join
)
def test_no_command_of_a_normal_day_imports_torch(collection, environment, command):
    code = (
        "import sys; from ui.cli import run; status = run(sys.argv[1:]); "
        "sys.exit(status or sorted({'torch', 'sentence_transformers'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command, "--data", collection],
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
