"""Make one archive from which the product is installed without any network: `make bundle`, docs/deploy.md.

    python deploy/bundle.py [--light] [--extras slack,ocr] [--documents DIR] [--ollama-models DIR] [--wheels DIR] [--out DIR]

It holds the wheels of the locked dependencies and of the product (with its models and the sample collection), the
installer, unit files and examples, and the check sums of all. Only the standard library and pip.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from platform import libc_ver

from dependencies import requirements

ROOT = Path(__file__).resolve().parent.parent
SUMS = "SHA256SUMS"
_DEPLOY = (
    "install.sh",
    "first-start.sh",
    "policyqa.service",
    "policyqa-slack.service",
    "Caddyfile",
    "env.example",
)
_EPOCH = 1_700_000_000
"""Time of each file in the archive, in seconds since 1970, unless SOURCE_DATE_EPOCH says another: equal contents, equal bytes."""


def machine() -> str:
    """Return the one kind of Python and machine that wheels collected here can be installed on."""
    version = f"{sys.implementation.name}-{sys.version_info.major}.{sys.version_info.minor}"
    return f"{version} {sysconfig.get_platform()} {libc_ver()[0] or 'other'}"


def version() -> str:
    """Return the version of the checkout."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def collect(wheels: Path, *, torch: bool, extras: list[str]) -> None:
    """Put the wheels of the product and of all that it needs, as locked, into a folder; needs the network.

    Raises:
        CalledProcessError: pip cannot get or build one; it has said why.
    """
    wheels.mkdir(parents=True, exist_ok=True)
    wanted = wheels.parent / "wanted.txt"
    lines = requirements(ROOT / "pyproject.toml", torch=torch, extras=extras)
    wanted.write_text("\n".join(lines) + "\n", encoding="utf-8")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--disable-pip-version-check",
        "--wheel-dir",
        str(wheels),
    ]
    subprocess.run([*pip, "-c", str(ROOT / "requirements.lock"), "-r", str(wanted)], check=True)  # noqa: S603 - own arguments
    subprocess.run([*pip, "--no-deps", str(ROOT)], check=True)  # noqa: S603 - own arguments
    wanted.unlink()


def locked(wheels: Path) -> str:
    """Return a requirements file that names each wheel of a folder with its version and hash.

    Raises:
        SystemExit: Two wheels are of the same distribution; pip would not know which.
    """
    lines: dict[str, str] = {}
    for path in sorted(wheels.glob("*.whl")):
        name, number = path.name.split("-")[:2]
        if name.lower() in lines:
            raise SystemExit(f"Two wheels of {name} in {wheels}. Fix: start with an empty folder")
        lines[name.lower()] = f"{name}=={number} --hash=sha256:{_digest(path)}\n"
    return "".join(lines.values())


def pack(wheels: Path, out: Path, optional: Mapping[str, Path]) -> Path:
    """Write the archive, and its check sum beside it.

    Args:
        wheels: Folder of all wheels.
        out: Folder of the result.
        optional: Folders to include, by their names in the archive: `documents`, `ollama-models`.

    Returns:
        `policyqa-VERSION-bundle.tar`; the same files give the same bytes.
    """
    name = f"policyqa-{version()}-bundle"
    members = {f"wheels/{path.name}": path for path in sorted(wheels.glob("*.whl"))}
    members |= {(n if n == "install.sh" else f"deploy/{n}"): ROOT / "deploy" / n for n in _DEPLOY}
    for folder, source in optional.items():
        members |= {f"{folder}/{path.relative_to(source)}": path for path in _files(source)}
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{name}.tar"
    with tempfile.TemporaryDirectory() as made, tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as tar:
        for file, text in (("requirements.txt", locked(wheels)), ("MACHINE", machine() + "\n")):
            members[file] = Path(made, file)
            members[file].write_text(text, encoding="utf-8")
        sums = "".join(f"{_digest(path)}  {member}\n" for member, path in sorted(members.items()))
        members[SUMS] = Path(made, SUMS)
        members[SUMS].write_text(sums, encoding="utf-8")
        for member, path in sorted(members.items()):
            _add(tar, f"{name}/{member}", path)
    Path(f"{target}.sha256").write_text(f"{_digest(target)}  {target.name}\n", encoding="utf-8")
    return target


def _files(folder: Path) -> Iterator[Path]:
    """Files of a folder that someone put there, in order; links are followed, names with a line break refused."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith(".") and "__pycache__" not in path.parts:
            # In SHA256SUMS such a name would need marks that not every sha256sum reads.
            if {"\n", "\r", "\\"} & set(str(path.relative_to(folder))):
                raise SystemExit(f"{str(path)!r}: a line break or a backslash in the name. Fix: rename it")
            yield path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> None:
    info = tarfile.TarInfo(name)
    info.size = path.stat().st_size
    info.mtime = int(os.environ.get("SOURCE_DATE_EPOCH", _EPOCH))
    info.mode = 0o755 if name.endswith(".sh") else 0o644
    with path.open("rb") as content:
        tar.addfile(info, content)


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def main() -> None:
    """Make the archive that the flags ask for, and print its path and size."""
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    flags.add_argument("--light", action="store_true", help="without torch and sentence-transformers")
    flags.add_argument("--extras", default="slack,ocr", help="optional parts, comma-separated")
    flags.add_argument(
        "--documents", type=Path, help="files to be read at the first start, in place of the sample"
    )
    flags.add_argument("--ollama-models", type=Path, help="models folder of an Ollama server")
    flags.add_argument("--wheels", type=Path, help="folder of wheels that were collected before")
    flags.add_argument("--out", type=Path, default=ROOT / "dist")
    given = flags.parse_args()
    optional = {"documents": given.documents, "ollama-models": given.ollama_models}
    for folder in (given.wheels, *optional.values()):
        if folder is not None and not folder.is_dir():
            raise SystemExit(f"{folder} is no folder.")
    extras = [name for name in given.extras.split(",") if name]
    made = Path(tempfile.mkdtemp(prefix="policyqa-bundle-"))
    try:
        if given.wheels is None:
            collect(made / "wheels", torch=not given.light, extras=extras)
        wheels = given.wheels or made / "wheels"
        path = pack(wheels, given.out, {name: folder for name, folder in optional.items() if folder})
    finally:
        shutil.rmtree(made)
    print(f"{path} ({path.stat().st_size / 1e6:,.0f} MB)")


if __name__ == "__main__":
    main()
