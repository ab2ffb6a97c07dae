"""A wheel of the checkout, installed elsewhere, does all that the checkout does."""

import json
import os
import signal
import subprocess
import sys
import sysconfig
import zipfile

import pytest
from conftest import CHECKOUT, SMALL

DATA = [
    "corpus/NOTICE.md",
    "eval/data/dev.jsonl",
    "eval/data/test.jsonl",
    "eval/data/marks.jsonl",
    "eval/report/page/page.css",
    "eval/report/page/run.html.j2",
    "prompts/answer_zh.md",
    "prompts/answer_en.md",
    "rag/models/clause_embed/config.json",
    "rag/models/clause_embed/model.onnx",
    "rag/models/clause_embed/tokenizer.json",
    "rag/models/clause_embed/NOTICE.md",
    "ui/web/assets/page.css",
    "ui/web/assets/chat.js",
    "ui/words/zh.toml",
    "ui/web/assets/page.js",
]
_READ = """
import json, sys
from importlib.resources import files
sizes = {}
for name in sys.argv[1:]:
    package, _, rest = name.partition("/")
    sizes[name] = len(files(package).joinpath(*rest.split("/")).read_bytes())
print(json.dumps(sizes))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
    [path] = out.glob("policyqa-*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*command, "--disable-pip-version-check", "--target", target, wheel], check=True)
    return target


@pytest.fixture
def start_installed(installed, tmp_path):
    """Start Python with the installed copy and the libraries, and without the checkout."""

    def _start(*arguments):
        # -S leaves out .pth files, by which an editable install would bring the checkout back.
        path = os.pathsep.join([str(installed), sysconfig.get_path("purelib")])
        return subprocess.Popen(
            [sys.executable, "-S", *map(str, arguments)],
            cwd=tmp_path,
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ["HOME"],
                "PYTHONPATH": path,
                "POLICYQA_LLM": "none",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    return _start


@pytest.fixture
def policyqa(start_installed, installed):
    def _policyqa(*arguments):
        process = start_installed(installed / "bin" / "policyqa", *arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out

    return _policyqa


def test_the_wheel_holds_the_packages_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {t for t in tops if not t.endswith(".dist-info")} == {
        "rag",
        "ingest",
        "prompts",
        "ui",
        "eval",
        "corpus",
    }
    assert len([n for n in names if n.startswith("corpus/") and n.endswith(".txt")]) == 5
    assert any(n.endswith("licenses/LICENSE") for n in names)


def test_the_wheel_holds_every_file_of_the_packages(wheel):
    kept = set(zipfile.ZipFile(wheel).namelist())
    for package in ("rag", "ingest", "prompts", "ui", "eval", "corpus"):
        for path in (CHECKOUT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert path.relative_to(CHECKOUT).as_posix() in kept


def test_package_data_are_read_from_the_installed_copy(start_installed):
    process = start_installed("-c", _READ, *DATA)
    out, err = process.communicate(timeout=60)
    assert err == ""
    assert json.loads(out) == {name: (CHECKOUT / name).stat().st_size for name in DATA}


def test_the_installed_command_prints_its_help(policyqa):
    assert "向一架政策文件提问" in policyqa("--help")


def test_the_installed_command_ingests_and_answers(policyqa, tmp_path):
    policyqa("ingest", SMALL)
    assert (tmp_path / "policyqa-data" / "catalog.sqlite").exists()
    found = json.loads(policyqa("ask", "登记凭证的有效期是几年？", "--json"))
    assert (found["verdict"], found["citations"][0]["locator"]) == ("answered", "第二章/第七条")
    assert len(json.loads(policyqa("documents", "--json"))) == 3


def test_the_installed_copy_brings_the_sample_collection(start_installed, policyqa, installed):
    process = start_installed(installed / "bin" / "policyqa", "ingest", "--sample")
    told = []
    for line in process.stderr:
        told.append(line.split()[-1])
        # All five bulletins are read by now; embedding them takes most of a minute.
        if "embedding 0/" in line:
            break
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert "5/5" in told
    assert int(told[-1].removeprefix("0/")) > 1000


def test_no_module_of_the_checkout_is_used(start_installed, collection, installed):
    code = (
        "import sys; from ui.cli import run; run(['ask', '凭证', '--data', sys.argv[1]]); import ingest.pipeline, eval.run;"
        "print(*{m.__file__ for n, m in sys.modules.items() if n.split('.')[0] in ('rag', 'ui', 'ingest', 'eval')}, sep='\\n')"
    )
    process = start_installed("-c", code, collection)
    out, err = process.communicate(timeout=60)
    files = [line for line in out.splitlines() if line.endswith(".py")]
    assert len(files) > 30, err
    assert all(path.startswith(str(installed)) for path in files)
