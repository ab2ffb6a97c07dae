"""Commands beside the page of the soak: the collection grows, shrinks, is evaluated and saved; now and then a run is killed or finds the disk full."""

import resource
import subprocess

from conftest import CHECKOUT

_CASES = CHECKOUT / "tests" / "data" / "small-cases.jsonl"
_OWN = {"OMP_NUM_THREADS": "1", "POLICYQA_LLM": "none"}
_ROOM_KB = (1, 8, 40, 100, 250, 500)
_LONGEST_S = 120


class Office:
    """Commands beside the page, one after the other in rounds that hold each of them once; every one must do what it is told."""

    def __init__(self, run, start, data, laws, tally, dice):
        self._run, self._start, self._data = run, start, data
        self._laws, self._tally, self._dice = laws, tally, dice
        self._folder = data.parent / "office"
        self._evaluations = 0
        self._round = []

    def step(self):
        if not self._round:
            ways = (
                self._ingest, self._ingest_killed, self._ingest_full, self._remove, self._undo, self._evaluate,
                self._save, self._save_full,
            )  # fmt: skip
            self._round = self._dice.sample(ways, len(ways))
        self._round.pop()()

    def do(self, *arguments):
        done = self._run(*arguments, "--data", self._data, env=_OWN)
        assert done.status == 0, f"{arguments[0]}: {done.status} {done.err[-600:]}"
        self._tally.did(arguments[0])

    def _ingest(self):
        self._laws.grow(self._dice.choice(self._laws.titles))
        self.do("ingest", self._laws.folder)

    def _ingest_killed(self):
        """Kill it at any moment; what it did not do is done by the next one."""
        self._laws.grow(self._dice.choice(self._laws.titles))
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = self._start("ingest", self._laws.folder, "--data", self._data, env=_OWN, **quiet)
        try:
            status = process.wait(self._dice.uniform(0.5, 5))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            self._tally.injected("ingest killed")
            return
        assert status == 0, f"ingest: {status}"

    def _ingest_full(self):
        """Without room for it, which is said; what it did not do is done by the next one."""
        self._laws.grow(self._dice.choice(self._laws.titles))
        self._find_full("ingest", self._laws.folder)

    def _save_full(self):
        self._find_full("backup", self._folder / "backups", "--keep", "2")

    def _find_full(self, *arguments):
        """Let no file of a command grow beyond some size, as on a disk that is full; the page may write on."""
        # Python would keep half of a module that it compiles, and load that ever after.
        environment = _OWN | {"PYTHONDONTWRITEBYTECODE": "1"}
        process = self._start(*arguments, "--data", self._data, env=environment)
        most = self._dice.choice(_ROOM_KB) * 1024
        # From outside: a function that runs between fork and exec may hang where there are many threads.
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
        _, err = process.communicate(timeout=_LONGEST_S)
        if process.returncode == 0:
            self._tally.did(arguments[0])
            return
        told = f"{arguments[0]} with {most} bytes: {process.returncode} {err[-600:]}"
        assert process.returncode == 1 and "Fix: make room" in err and "Traceback" not in err, told
        self._tally.injected(f"{arguments[0]} on a full disk")

    def _remove(self):
        self.do("remove", self._dice.choice(self._laws.titles))
        self.do("undo")

    def _undo(self):
        self.do("undo")
        self.do("undo")

    def _evaluate(self):
        self._evaluations += 1
        self.do("eval", "run", "--set", _CASES, "--out", self._folder / f"eval-{self._evaluations}")

    def _save(self):
        self.do("backup", self._folder / "backups", "--keep", "2")
        self.do("check")
