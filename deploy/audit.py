"""Ask whether what is locked has known weaknesses: `python deploy/audit.py`, or `make audit`.

pip-audit calls a package that it could not look up neither sound nor weak, and ends well when it could look up none.
Here that is said: "skipped" when the data cannot be reached at all, and the names of what it does not know otherwise.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
_UNREACHED = re.compile(
    r"Could not connect|ConnectionError|ConnectTimeout|ReadTimeout|NameResolutionError|ProxyError|SSLError"
)
_SKIPPED = (
    "Audit skipped: the list of known weaknesses cannot be reached from here, so nothing was looked up."
)


def verdict(report: Mapping[str, Any]) -> tuple[int, str]:
    """Return the exit status and the words for what pip-audit reported as JSON.

    Returns:
        1 and one line a weakness where there are any; otherwise 0 with the number of packages looked up. Packages that
        were not found are named in both cases; when none was found, 0 with the word that the audit was skipped.
    """
    packages = report["dependencies"]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if len(unknown) == len(packages):
        return 0, _SKIPPED
    weak = [
        f"{package['name']} {package['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'no release yet'}"
        for package in packages
        for found in package.get("vulns", ())
    ]
    lines = [*weak, f"{len(packages) - len(unknown)} packages looked up, {len(weak)} known weaknesses."]
    if unknown:
        lines.append(f"Not found, so not looked up: {', '.join(unknown)}.")
    return (1 if weak else 0), "\n".join(lines)


def unreached(words: str) -> bool:
    """Tell whether pip-audit, which printed these words and no report, failed for want of a network."""
    return bool(_UNREACHED.search(words))


def main() -> None:
    """Print the verdict over the lock file; exit status 1 for a weakness, or when pip-audit itself fails."""
    # The lock file holds all that is needed: nothing is resolved and nothing installed for it.
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--no-deps", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603 - fixed words, no shell
    if done.stdout.startswith("{"):
        status, words = verdict(json.loads(done.stdout))
    elif unreached(done.stderr):
        status, words = 0, _SKIPPED
    else:
        status, words = 1, f"pip-audit failed:\n{done.stderr[-2000:]}"
    print(words)
    sys.exit(status)


if __name__ == "__main__":
    main()
