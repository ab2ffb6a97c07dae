"""The archive for machines without a network: made of tiny wheels, installed where there is no network at all."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from conftest import CHECKOUT, SMALL

DEPLOY = CHECKOUT / "deploy"
PRODUCT = """
import os, pathlib, sys
def main():
    if sys.argv[1:2] == ["documents"]:
        sys.exit(not pathlib.Path(sys.argv[-1]).exists())
    pathlib.Path(sys.argv[-1]).write_text(" ".join(sys.argv[1:-2]))
"""


def _module(name):
    spec = importlib.util.spec_from_file_location(name, DEPLOY / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bundle(monkeypatch):
    monkeypatch.syspath_prepend(str(DEPLOY))
    yield _module("bundle")
    sys.modules.pop("dependencies", None)


def write_wheel(folder, name, version, code, needs=()):
    """Write a wheel of one module, with a command of the same name."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files = {
        f"{name}_module.py": code,
        f"{info}/METADATA": metadata + "".join(f"Requires-Dist: {need}\n" for need in needs),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}_module:main\n",
    }
    record = "".join(f"{file},,\n" for file in files) + f"{info}/RECORD,,\n"
    with zipfile.ZipFile(path, "w") as packed:
        for file, text in (files | {f"{info}/RECORD": record}).items():
            packed.writestr(file, text)


@pytest.fixture
def wheels(tmp_path):
    folder = tmp_path / "wheels"
    folder.mkdir()
    write_wheel(folder, "policyqa", "0.1.0", PRODUCT, ["torch==2.13.0", "tiny>=1"])
    write_wheel(folder, "tiny", "1.2", "def main(): pass\n")
    return folder


def alone():
    """What is put before a command so that it has no network, not even this machine's own."""
    for flags in (["-n"], ["-rn"]):
        if subprocess.run(["unshare", *flags, "true"], capture_output=True).returncode == 0:
            return ["unshare", *flags]
    return pytest.skip("network namespaces cannot be made here")


@pytest.fixture
def unpack(bundle, wheels, tmp_path):
    """Make the archive and unpack it into a new folder."""

    def _unpack(**optional):
        path = bundle.pack(wheels, tmp_path / "dist", optional)
        with tarfile.open(path) as tar:
            target = tmp_path / f"unpacked-{len(list(tmp_path.iterdir()))}"
            tar.extractall(target, filter="data")
        return target / path.name.removesuffix(".tar")

    return _unpack


@pytest.fixture
def install(tmp_path):
    def _install(folder, *arguments, network=False):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            # Of somebody's own set-up nothing counts.
            "PIP_INDEX_URL": "http://127.0.0.1:9/",
            "PYTHONPATH": str(tmp_path / "nowhere"),
        }
        command = ["sh", folder / "install.sh", "--prefix", tmp_path / "prefix", "--python", sys.executable]
        run = [*([] if network else alone()), *command, *arguments]
        return subprocess.run(run, env=environment, capture_output=True, encoding="utf-8", timeout=120)

    return _install


def test_the_archive_is_the_same_for_the_same_files(bundle, wheels, tmp_path):
    first = bundle.pack(wheels, tmp_path / "a", {"documents": SMALL})
    for path in wheels.iterdir():
        os.utime(path, (1, 1))
    assert first.read_bytes() == bundle.pack(wheels, tmp_path / "b", {"documents": SMALL}).read_bytes()
    digest = hashlib.sha256(first.read_bytes()).hexdigest()
    assert Path(f"{first}.sha256").read_text(encoding="utf-8") == f"{digest}  {first.name}\n"


def test_the_archive_names_each_file_with_its_sum(unpack):
    folder = unpack(documents=SMALL)
    found = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {"SHA256SUMS"}
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {line[66:]: line[:64] for line in lines}
    assert sums.keys() == found
    assert {"install.sh", "deploy/policyqa.service", "deploy/Caddyfile", "deploy/env.example"} <= found
    assert [n for n in found if hashlib.sha256((folder / n).read_bytes()).hexdigest() != sums[n]] == []
    assert {f"documents/{p.name}" for p in SMALL.iterdir()} <= found


def test_two_wheels_of_one_distribution_are_refused(bundle, wheels):
    write_wheel(wheels, "tiny", "1.3", "def main(): pass\n")
    with pytest.raises(SystemExit, match="Two wheels of tiny"):
        bundle.locked(wheels)


def test_an_unknown_extra_is_refused_with_those_that_there_are():
    module = _module("dependencies")
    with pytest.raises(SystemExit, match=r"No extra 'slak'\. Fix: one of ocr, "):
        module.requirements(CHECKOUT / "pyproject.toml", torch=True, extras=["slak"])


def test_it_is_installed_without_a_network_and_reads_the_documents_once(unpack, install, tmp_path):
    folder = unpack(documents=SMALL)
    done = install(folder, "--data", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    program = tmp_path / "prefix" / "current" / "bin" / "policyqa"
    assert str(program) in done.stdout
    assert (tmp_path / "data").read_text(encoding="utf-8") == f"ingest {folder / 'documents'}"
    assert not (tmp_path / "prefix" / "current.new").exists()
    again = install(folder, "--data", tmp_path / "data")
    assert (again.returncode, "已有文件库" in again.stdout) == (0, True)
    assert len(list((tmp_path / "prefix" / "versions").iterdir())) == 1


def test_another_version_stands_beside_the_one_before_and_the_way_back_is_said(
    unpack, install, wheels, tmp_path
):
    assert install(unpack()).returncode == 0
    before = (tmp_path / "prefix" / "current").readlink()
    write_wheel(wheels, "policyqa", "0.1.0", PRODUCT + "# newer\n", ["tiny>=1"])
    done = install(unpack())
    assert done.returncode == 0, done.stderr
    after = (tmp_path / "prefix" / "current").readlink()
    assert before != after
    assert f"ln -sfn {before} {tmp_path / 'prefix'}/current" in done.stdout
    assert (tmp_path / "prefix" / before / "bin" / "policyqa").exists()


def test_what_is_damaged_incomplete_or_added_is_not_installed(unpack, install, wheels, tmp_path):
    damaged, incomplete, added, elsewhere = unpack(), unpack(), unpack(), unpack()
    with (damaged / "wheels" / "tiny-1.2-py3-none-any.whl").open("ab") as wheel:
        wheel.write(b"x")
    (incomplete / "deploy" / "first-start.sh").unlink()
    shutil.copy(wheels / "tiny-1.2-py3-none-any.whl", added / "wheels" / "tiny-1.9-py3-none-any.whl")
    sums = (elsewhere / "SHA256SUMS").read_text(encoding="utf-8")
    other = b"cpython-3.99 linux-x86_64 glibc\n"
    old = hashlib.sha256((elsewhere / "MACHINE").read_bytes()).hexdigest()
    (elsewhere / "MACHINE").write_bytes(other)
    (elsewhere / "SHA256SUMS").write_text(
        sums.replace(old, hashlib.sha256(other).hexdigest()), encoding="utf-8"
    )
    for folder, word in (
        (damaged, "安装包已损坏"),
        (incomplete, "安装包已损坏"),
        (added, "tiny-1.9-py3-none-any.whl"),
        (elsewhere, "cpython-3.99"),
    ):
        done = install(folder, network=True)
        assert (done.returncode, word in done.stderr, "Fix: " in done.stderr) == (1, True, True)
    assert not (tmp_path / "prefix").exists()


def test_an_archive_that_lacks_what_the_product_needs_leaves_the_version_before(
    unpack, install, wheels, tmp_path
):
    assert install(unpack()).returncode == 0
    before = (tmp_path / "prefix" / "current").readlink()
    write_wheel(wheels, "policyqa", "0.1.0", PRODUCT, ["tiny>=1", "forgotten"])
    done = install(unpack())
    assert (done.returncode, "forgotten" in done.stderr) == (1, True)
    assert (tmp_path / "prefix" / "current").readlink() == before
    assert len(list((tmp_path / "prefix" / "versions").iterdir())) == 1


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["--help"], 0), (["--nothing"], 2), (["--data"], 1), (["--python", "nopython"], 1)],
)
def test_the_installer_explains_itself(unpack, install, arguments, status):
    done = install(unpack(), *arguments, network=True)
    assert done.returncode == status
    assert "install.sh" in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_real_archive_answers_on_a_machine_without_a_network(tmp_path, install):
    """Made by `make bundle` before; else it is made here, which needs the network."""
    archives = list((CHECKOUT / "dist").glob("policyqa-*-bundle.tar"))
    if not archives:
        made = [
            sys.executable,
            DEPLOY / "bundle.py",
            "--light",
            "--documents",
            SMALL,
            "--out",
            tmp_path / "dist",
        ]
        subprocess.run(made, check=True)
        archives = list((tmp_path / "dist").glob("policyqa-*-bundle.tar"))
    with tarfile.open(archives[0]) as tar:
        tar.extractall(tmp_path / "unpacked", filter="data")
    [folder] = (tmp_path / "unpacked").iterdir()
    command = ["sh", folder / "install.sh", "--prefix", tmp_path / "p", "--python", sys.executable]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "POLICYQA_LLM": "none"}
    data = ["--data", tmp_path / "data"]
    subprocess.run([*alone(), *command, *data], env=environment, check=True, timeout=1500)
    ask = [*alone(), tmp_path / "p/current/bin/policyqa", "ask", "登记凭证的有效期是几年？", "--json", *data]
    done = subprocess.run(ask, env=environment, capture_output=True, encoding="utf-8", timeout=120)
    assert '"verdict": "answered"' in done.stdout
