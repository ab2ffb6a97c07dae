"""A Dockerfile read apart, and its steps done by a shell: what a build does, as far as that goes without an engine."""

import fnmatch
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_KNOWN = {
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "RUN",
    "USER",
    "WORKDIR",
}
_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")


class StepFailed(Exception):
    """A step ended with an error; its text is what it said."""


@dataclass
class Stage:
    """What stands between one FROM and the next."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def of(self, keyword):
        """Return what follows each such keyword."""
        return [rest for word, rest in self.steps if word == keyword]

    def env(self):
        pairs = (pair.split("=", 1) for line in self.of("ENV") for pair in line.split())
        return {name: value.strip('"') for name, value in pairs}


def parse(text):
    """Return the global ARGs and the stages of a Dockerfile; an unknown keyword or a step before FROM is an error."""
    arguments, stages = {}, []
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in kept.replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        word, _, rest = line.strip().partition(" ")
        if word not in _KNOWN:
            raise ValueError(f"unknown keyword {word!r}")
        rest = " ".join(rest.split())
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            stages.append(Stage(substituted(base, arguments), name))
        elif stages:
            stages[-1].steps.append((word, rest))
        elif word == "ARG":
            name, _, value = rest.partition("=")
            arguments[name] = value
        else:
            raise ValueError(f"{word} before FROM")
    return arguments, stages


def substituted(text, values):
    """Put build arguments in their places; an unknown one is an error."""
    return _VARIABLE.sub(lambda m: values[m[1] or m[2]], text)


class Ignored:
    """What .dockerignore keeps out of the build: the last line that fits decides, and a folder's line holds for its files."""

    def __init__(self, text):
        lines = (line.strip() for line in text.splitlines())
        self._rules = [
            (line.lstrip("!").rstrip("/"), line.startswith("!"))
            for line in lines
            if line and not line.startswith("#")
        ]

    def __call__(self, path):
        """Tell whether a path below the root of the build is kept out."""
        parts = Path(path).parts
        ways = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        out = False
        for pattern, wanted in self._rules:
            if any(_fits(way, pattern) for way in ways):
                out = not wanted
        return out


def _fits(path, pattern):
    if pattern.startswith("**/"):
        return any(_fits("/".join(path.split("/")[n:]), pattern[3:]) for n in range(path.count("/") + 1))
    # `*` stops at a slash.
    parts, patterns = path.split("/"), pattern.split("/")
    return len(parts) == len(patterns) and all(map(fnmatch.fnmatchcase, parts, patterns))


@dataclass
class Builder:
    """Does the steps of a stage: COPY as copies below `root`, RUN by `shell(command, env, folder)`."""

    context: Path
    ignored: Ignored
    root: Path
    shell: Callable[[str, dict, str], None]
    before: dict[str, Path] = field(default_factory=dict)
    """Roots of the stages before, by name."""

    def build(self, stage, arguments):
        """Do the steps of a stage in order; return the environment at its end."""
        env, folder = {}, "/"
        values = {}
        for word, rest in stage.steps:
            if word == "ARG":
                name, _, value = rest.partition("=")
                values[name] = arguments.get(name, value.strip('"'))
            elif word == "ENV":
                env |= {k: v.strip('"') for k, v in (pair.split("=", 1) for pair in rest.split())}
            elif word == "WORKDIR":
                folder = rest
                self._path(folder).mkdir(parents=True, exist_ok=True)
            elif word == "COPY":
                self._copy(rest, folder)
            elif word == "RUN":
                self.shell(rest, env | values, folder)
        return env

    def _path(self, inside):
        return self.root / inside.lstrip("/")

    def _copy(self, rest, folder):
        *sources, target = rest.split()
        origin = self.context
        if sources[0].startswith("--from="):
            origin = self.before[sources.pop(0).removeprefix("--from=")]
        goal = self._path(str(Path(folder, target)))
        into = target.endswith("/") or len(sources) > 1
        for source in sources:
            found = origin / source.lstrip("/")
            if found.is_dir():
                shutil.copytree(found, goal, symlinks=True, dirs_exist_ok=True, ignore=self._ignore(origin))
            elif origin == self.context and self.ignored(source):
                raise FileNotFoundError(f"{source} is kept out by .dockerignore")
            else:
                (goal if into else goal.parent).mkdir(parents=True, exist_ok=True)
                shutil.copy(found, goal / found.name if into else goal)

    def _ignore(self, origin):
        if origin != self.context:
            return None

        def names(folder, found):
            inside = Path(folder).relative_to(origin)
            return [name for name in found if self.ignored(str(inside / name))]

        return names


def in_prefix(root, places, environment):
    """Return a shell that works below `root`: the `places`, absolute in the Dockerfile, are put there by name."""
    moved = re.compile("|".join(rf"(?<![\w.-]){re.escape(place)}(?=[/\s]|$)" for place in places))

    def shell(command, env, folder):
        there = moved.sub(lambda m: f"{root}{m[0]}", command)
        run = ["sh", "-euc", there]
        done = subprocess.run(
            run, cwd=f"{root}{folder}", env=environment | env, capture_output=True, encoding="utf-8"
        )
        if done.returncode:
            raise StepFailed(done.stdout + done.stderr)

    return shell
