"""The services of deploy/compose.yaml fit the specification, each other, the example of settings and the commands."""

import re
import subprocess
from importlib.metadata import version

import pytest
import yaml
from conftest import CHECKOUT
from dotenv import dotenv_values

from rag.settings import PREFIX, Settings, load_settings

DEPLOY = CHECKOUT / "deploy"
# Rules of the compose specification for the keys that are used here; a key without a rule is a fault.
TIME = re.compile(r"(?:\d+h)?(?:\d+m)?(?:\d+s)?")
SIZE = re.compile(r"\d+[bkmg]|\$\{[A-Z_]+:-\d+[mg]\}")
WORD = re.compile(r"[a-z][a-z0-9_-]*")
TEXT = re.compile(r"(?s).+")
CONDITION = re.compile("service_started|service_healthy|service_completed_successfully")
COMMAND = [TEXT]
SERVICE = {
    "image": re.compile(r"[a-z0-9./-]+:[a-z0-9.-]+"),
    "build": {"context": TEXT, "dockerfile": TEXT, "args": {re.compile("[A-Z_]+"): TEXT}},
    "user": re.compile(r"\d+:\d+"),
    "read_only": bool,
    "init": bool,
    "tmpfs": [re.compile(r"/[\w./]+:size=\d+[mg],mode=[0-7]{4}")],
    "cap_drop": [re.compile("ALL")],
    "cap_add": [re.compile("[A-Z_]+")],
    "security_opt": [re.compile("no-new-privileges:true")],
    "stop_grace_period": TIME,
    "restart": re.compile(r"no|always|unless-stopped|on-failure(:\d+)?"),
    "pids_limit": int,
    "volumes": [re.compile(r"(?:[a-z]+|\./[\w.]+|\$\{[A-Z]+:-\./\w+\}):/[\w./]+(?::ro)?")],
    "env_file": [TEXT],
    "environment": {re.compile("[A-Z_]+"): str},
    "logging": {"driver": WORD, "options": {WORD: str}},
    "profiles": [WORD],
    "command": COMMAND,
    "entrypoint": COMMAND,
    "networks": [WORD],
    "ports": [re.compile(r"\$\{[A-Z_]+:-\d+\}:\d+(?:/udp)?")],
    "depends_on": {WORD: {"condition": CONDITION, "required": bool}},
    "healthcheck": {
        "test": COMMAND,
        "interval": TIME,
        "timeout": TIME,
        "start_period": TIME,
        "retries": int,
        "disable": bool,
    },
    "deploy": {"resources": {"limits": {"memory": SIZE}, "reservations": {"memory": SIZE}}},
}
COMPOSE = {
    "name": WORD,
    "services": {WORD: SERVICE},
    "networks": {WORD: {"internal": bool}},
    "volumes": {WORD: {}},
}
# $$ is a dollar sign; every other one begins a variable, which has a default or is demanded.
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::[-?][^}]*)\}")


def faults(value, rule, where="compose"):
    if isinstance(rule, dict):
        if not isinstance(value, dict):
            return [where]
        found = []
        for key, inner in value.items():
            fits = [
                r for k, r in rule.items() if k == key or (isinstance(k, re.Pattern) and k.fullmatch(key))
            ]
            found += faults(inner, fits[0], f"{where}.{key}") if fits else [f"{where}.{key}"]
        return found
    if isinstance(rule, list):
        if not isinstance(value, list) or not value:
            return [where]
        return [f for n, item in enumerate(value) for f in faults(item, rule[0], f"{where}[{n}]")]
    fits = (
        isinstance(value, str) and rule.fullmatch(value)
        if isinstance(rule, re.Pattern)
        else type(value) is rule
    )
    return [] if fits else [where]


@pytest.fixture(scope="module")
def compose():
    loaded = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return {key: value for key, value in loaded.items() if not key.startswith("x-")}


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


@pytest.fixture(scope="module")
def example():
    return (DEPLOY / "env.example").read_text(encoding="utf-8")


def test_compose_has_the_structure_that_its_specification_demands(compose):
    assert faults(compose, COMPOSE) == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"imag": "x:1"}, "compose.services.app.imag"),
        ({"restart": "sometimes"}, "compose.services.app.restart"),
        ({"stop_grace_period": "20 s"}, "compose.services.app.stop_grace_period"),
        (
            {"depends_on": {"model": {"condition": "ready"}}},
            "compose.services.app.depends_on.model.condition",
        ),
        ({"ports": ["80"]}, "compose.services.app.ports[0]"),
    ],
)
def test_the_check_of_the_structure_finds_what_is_wrong(compose, services, change, where):
    assert faults(compose | {"services": {"app": services["app"] | change}}, COMPOSE) == [where]


def test_what_services_name_is_there(compose, services):
    for service in services.values():
        assert set(service["networks"]) <= compose["networks"].keys()
        assert service.get("depends_on", {}).keys() <= services.keys()
        named = {volume.split(":")[0] for volume in service["volumes"] if volume[0].isalpha()}
        assert named <= compose["volumes"].keys()


def test_a_part_of_another_profile_is_only_waited_for_if_it_is_started(services):
    for service in services.values():
        for name, wait in service.get("depends_on", {}).items():
            shared = not services[name].get("profiles") or services[name]["profiles"] == service.get(
                "profiles"
            )
            assert shared or wait["required"] is False
            if wait["condition"] == "service_healthy":
                assert services[name]["healthcheck"].get("test")


def test_every_service_is_confined_checked_and_stopped_in_time(services):
    for name, service in services.items():
        assert service["read_only"], name
        assert "/tmp" in {place.split(":")[0] for place in service["tmpfs"]}, name  # noqa: S108 - in the container
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["init"], name
        assert service["stop_grace_period"] == "20s", name
        assert service["healthcheck"].get("test") or service["healthcheck"]["disable"], name
        assert service["deploy"]["resources"]["limits"]["memory"], name
        assert service["logging"]["options"]["max-size"], name


def test_the_product_runs_as_no_root_and_only_the_proxy_is_reached(services):
    ours = {name: s for name, s in services.items() if s["image"].startswith("policyqa:")}
    assert ours.keys() == {"app", "second", "collection", "slack"}
    assert {service["user"] for service in ours.values()} == {"10001:10001"}
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


def test_what_reads_questions_has_no_way_out_but_the_slack_bot(compose, services):
    assert compose["networks"]["inner"]["internal"] is True
    outside = {name for name, service in services.items() if "outer" in service["networks"]}
    assert outside == {"proxy", "slack", "model"}
    # The one that fetches the model is asked nothing: the server that is asked is another, which has no way out.
    assert services["model"]["networks"] == ["outer"]
    assert services["model"]["environment"]["OLLAMA_HOST"].startswith("127.0.0.1")


def test_people_sign_in_on_the_page_and_the_proxy_lets_keys_through(services):
    rules = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert services["app"]["command"] == ["web", "--host", "0.0.0.0", "--need-accounts"]
    assert not re.search("basic_?auth|Authorization", rules)
    assert set(re.findall(r"\{\$([A-Z_]+)", rules)) == services["proxy"]["environment"].keys()


@pytest.mark.parametrize("name", ["app", "slack"])
def test_the_services_commands_are_commands_of_the_product(services, call, name):
    assert call(*services[name]["command"], "--help").status == 0
    assert call(*services[name]["command"], "--no-such", "--help").status == 2


def test_the_second_process_is_as_the_first_and_a_visit_stays_with_one(services, example):
    assert services["second"] == services["app"] | {"profiles": ["second"]}
    assert "#SITE_UPSTREAM=app:7860 second:7860" in example
    assert services["proxy"]["environment"]["SITE_UPSTREAM"] == "${SITE_UPSTREAM:-app:7860}"
    assert "lb_policy cookie" in (DEPLOY / "Caddyfile").read_text(encoding="utf-8")


def test_the_chroma_server_is_of_the_client_s_version_and_only_the_product_reaches_it(services, example):
    found = services["chroma"]
    assert found["image"] == f"chromadb/chroma:{version('chromadb')}"
    assert (found["networks"], "ports" in found) == (["inner"], False)
    assert f"#POLICYQA_CHROMA_URL=http://chroma:{found['command'][-1]}" in example
    for name in ("app", "second", "collection"):
        assert services[name]["depends_on"]["chroma"] == {"condition": "service_healthy", "required": False}


def test_every_variable_is_explained_and_every_setting_known(example):
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8").replace("$$", "")
    used = set(VARIABLE.findall(text))
    assert text.count("$") == len(VARIABLE.findall(text))
    named = set(re.findall(r"(?m)^#?([A-Z_]+)=", example))
    settings = {name for name in named if name.startswith(PREFIX)}
    assert used <= named
    assert named - settings - {"COMPOSE_PROFILES"} <= used
    assert settings <= {PREFIX + name.upper() for name in Settings.model_fields}


def test_the_example_is_accepted_as_it_is_and_with_every_line_in_force(example, tmp_path):
    (tmp_path / ".env").write_text(example, encoding="utf-8")
    assert load_settings().llm == "auto"
    every = re.sub(r"(?m)^#(?=[A-Z_]+=)", "", example)
    (tmp_path / ".env").write_text(every, encoding="utf-8")
    found = load_settings()
    given = {name for name in dotenv_values(".env") if name.startswith(PREFIX)}
    assert {PREFIX + name.upper() for name in found.model_fields_set} == given
    # Where the example says a default, it is the default.
    for name in (
        "num_ctx",
        "num_predict",
        "llm_timeout_s",
        "keep_alive",
        "keep_answers_days",
        "embed_model",
        "llm_url",
    ):
        assert getattr(found, name) == Settings.model_fields[name].default


def test_profiles_of_the_example_are_profiles(example, services, tmp_path):
    (tmp_path / ".env").write_text(example, encoding="utf-8")
    known = {profile for service in services.values() for profile in service.get("profiles", [])}
    assert {dotenv_values(".env")["COMPOSE_PROFILES"]} <= known == {"ollama", "slack", "chroma", "second"}


OLLAMA = """#!/bin/sh
echo "$1" >> calls
case "$1" in
    serve) exec sleep 60 ;;
    list) [ -e began ] || { touch began; exit 1; } ;;
    show) [ -e model ] ;;
    pull) [ -e tried ] || { touch tried; exit 1; }; touch model ;;
esac
"""


@pytest.mark.parametrize(
    ("there", "expected"), [(True, ["show"]), (False, ["show", "pull", "pull"])], ids=["kept", "fetched"]
)
def test_a_model_is_fetched_once_and_again_after_a_failure(services, tmp_path, there, expected):
    fakes = {"ollama": OLLAMA, "sleep": "#!/bin/sh\n[ $1 -lt 60 ] || exec /bin/sleep 60\n"}
    for name, text in fakes.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    if there:
        (tmp_path / "model").touch()
    run = services["model"]["entrypoint"] + [line.replace("$$", "$") for line in services["model"]["command"]]
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "MODEL": "qwen3:8b"}
    assert subprocess.run(run, env=environment, timeout=30).returncode == 0
    calls = (tmp_path / "calls").read_text(encoding="utf-8").split()
    assert [call for call in calls if call not in {"serve", "list"}] == expected
