"""What an administrator can set: a flag, else an environment variable, else `.env`, else the default."""

import json
import os
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rag.errors import SettingsError

PREFIX = "POLICYQA_"


class Settings(BaseSettings):
    """Settings of one process; frozen. Each field is `POLICYQA_` plus its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    data: Annotated[Path, NoDecode] = Field(
        Path("policyqa-data"), description="folder of the collection and its indexes"
    )
    embed_model: str = Field(
        "bundled", description="`bundled`, a sentence-transformers name, `ollama:NAME`, or `openai:NAME`"
    )
    chroma_url: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        description="address of a Chroma server that keeps the vectors, as `http://127.0.0.1:8000`; without one they are in the data folder; see [scaling.md](scaling.md)",
    )
    chroma_token: SecretStr | None = Field(
        None, description="token for a Chroma server, or a proxy before it, that asks for one"
    )
    rerank_model: str = Field(
        "bundled", description="`bundled`, `none`, or the name of a sentence-transformers cross-encoder"
    )
    entail_model: str | None = Field(
        None,
        description="sentence-transformers cross-encoder for natural language inference: a second check of each sentence",
    )
    llm: str = Field("auto", description="`auto`, `none`, `ollama:NAME`, or `openai:NAME`")
    llm_url: str = Field(
        "http://127.0.0.1:11434", description="address of the Ollama or OpenAI-compatible server"
    )
    llm_key: SecretStr | None = Field(None, description="key for a model server that asks for one")
    num_ctx: int = Field(8192, ge=1024, description="tokens of context, one number for the whole process")
    num_predict: int = Field(1024, ge=64, description="most tokens of one answer")
    llm_timeout_s: float = Field(
        600, ge=300, description="longest silence of the model server, first load included, in seconds"
    )
    keep_alive: str = Field(
        "30m",
        pattern=r"^(?:0|-?(?:\d+(?:\.\d+)?(?:ms|s|m|h))+)$",
        description="how long Ollama keeps the model in memory after an answer, as `30m` or `1h30m`; `0` not at all, `-1m` for ever",
    )
    threads: int = Field(
        0, ge=0, description="processor threads of the bundled models; 0 leaves the choice to them"
    )
    keep_originals: bool = Field(True, description="keep a copy of each source in the data folder")
    keep_answers_days: int = Field(
        90,
        ge=-1,
        le=36500,
        description="days for which answers are kept in the data folder; 0 keeps none, -1 all for ever",
    )
    session_idle_hours: float = Field(
        12, gt=0, le=8760, description="hours without a request after which a person has to sign in again"
    )
    session_days: float = Field(
        7, gt=0, le=365, description="days after which a person has to sign in again in any case"
    )
    keep_audit_days: int = Field(
        365,
        ge=-1,
        le=36500,
        description="days for which the audit log is kept; 0 keeps none, -1 all for ever",
    )
    oidc_issuer: str | None = Field(
        None,
        pattern=r"^https?://[^\s@?#]+$",
        description="address of an OpenID Connect provider, for single sign-on; see [accounts.md](accounts.md)",
    )
    oidc_client_id: str | None = Field(None, description="name under which the provider knows policyqa")
    oidc_client_secret: SecretStr | None = Field(
        None, description="secret of that client; none for a public one"
    )
    oidc_scopes: str = Field("openid profile email", description="what the provider is asked for")
    oidc_name_claim: str = Field(
        "preferred_username", description="claim that becomes the name of the account"
    )
    oidc_groups_claim: str | None = Field(
        None, description="claim with the groups of a person; without it an administrator sets them"
    )
    proxy_user_header: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9-]+$",
        description="header in which a proxy names the person it has signed in, as `X-Remote-User`",
    )
    proxy_groups_header: str | None = Field(
        None, pattern=r"^[A-Za-z0-9-]+$", description="header with the groups of the person, parted by commas"
    )
    proxy_trusted: str | None = Field(
        None,
        description="addresses and networks of that proxy, parted by commas; from any other the header is refused",
    )
    sign_on_admin_group: str | None = Field(
        None, description="group of the provider or the proxy whose members are administrators"
    )
    sign_on_editor_group: str | None = Field(None, description="group whose members are editors")
    allow_remote: bool = Field(
        False, description="allow servers outside this machine and its private network"
    )
    slack_bot_token: SecretStr | None = Field(None, description="token of the Slack bot")
    slack_app_token: SecretStr | None = Field(None, description="app-level token for Slack's Socket Mode")
    slack_signing_secret: SecretStr | None = Field(None, description="signing secret for Slack's HTTP mode")
    slack_rules: Path | None = Field(
        None, description="TOML file of who may ask the Slack bot what; see [slack.md](slack.md)"
    )
    slack_url: str = Field(
        "https://slack.com/api/",
        pattern=r"^(?:https://[^\s@]+|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?/\S*)$",
        description="address of Slack's Web API, to which the tokens are sent; GovSlack has another",
    )
    web_url: str | None = Field(
        None, description="public address of the web page, the base of links to clauses"
    )
    log_format: Literal["text", "json"] = Field(
        "text",
        description="how `web` and `slack` write their log to stderr: `text`, or `json` (one object a line)",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="least level that is logged: `debug`, `info`, `warning` or `error`"
    )
    log_questions: bool = Field(
        False, description="let questions, and the words of unexpected errors, stand in the log and in traces"
    )
    otel_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#@]+[^\s?#@]*$",
        description="OTLP/HTTP address to which traces go, such as `http://127.0.0.1:4318/v1/traces`; see [monitoring.md](monitoring.md)",
    )
    questions_a_minute: int = Field(
        30,
        ge=0,
        description="most questions of one person in a minute on the page; 0 for no limit; Slack has its own in its rules",
    )
    bench: Path | None = Field(None, description="folder of public test sets")

    @property
    def embedder(self) -> str:
        """What vectors are made with, down to the weights of the bundled model; vectors of two embedders are never mixed."""
        if self.embed_model != "bundled":
            return self.embed_model
        config = files("rag").joinpath("models", "clause_embed", "config.json").read_text(encoding="utf-8")
        return f"bundled {json.loads(config)['revision']}"


def load_settings(data: Path | None = None) -> Settings:
    """Read the settings of this process.

    Args:
        data: The `--data` flag; None when it was not given.

    Raises:
        SettingsError: A `POLICYQA_*` name is unknown, or a value is out of range.
    """
    _refuse_unknown()
    flags: dict[str, Any] = {"data": data} if data is not None else {}
    try:
        return Settings(**flags)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper()}"
        raise SettingsError(
            f"{name}: {first['msg']} (got {first['input']!r}).",
            fix=f"correct or unset {name}",
            chinese=(f"{name} 的值 {first['input']!r} 无效：{first['msg']}。", f"更正或取消 {name}"),
        ) from error


def _refuse_unknown() -> None:
    """`extra="forbid"` sees typos in `.env` but not in the environment, and would refuse other programs' keys in `.env`."""
    short = [name.upper() for name in Settings.model_fields]
    names = [name for name in os.environ if name.upper().startswith(PREFIX)]
    env_file = Path(".env")
    if env_file.is_file():
        try:
            text = env_file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise SettingsError(
                ".env is not UTF-8 text.",
                fix="save .env as UTF-8",
                chinese=(".env 不是 UTF-8 文本。", "把 .env 存为 UTF-8"),
            ) from error
        if text.startswith("\ufeff"):
            # The first setting would be overlooked.
            raise SettingsError(
                ".env begins with a byte order mark.",
                fix="save .env as UTF-8 without BOM",
                chinese=(".env 以字节顺序标记开头。", "把 .env 存为不带 BOM 的 UTF-8"),
            )
        keys = (line.split("=")[0].removeprefix("export ").strip() for line in text.splitlines())
        names += [key for key in keys if key.upper().startswith(PREFIX)]
    for name in names:
        if name.upper().removeprefix(PREFIX) not in short:
            # Without the prefix, which alone makes any two names alike.
            near = get_close_matches(name.upper().removeprefix(PREFIX), short, n=1)
            fix = f"did you mean {PREFIX}{near[0]}?" if near else "policyqa doctor lists the settings"
            raise SettingsError(
                f"Unknown setting {name}.",
                fix=fix,
                chinese=(
                    f"没有 {name} 这个设置项。",
                    f"是否指 {PREFIX}{near[0]}？" if near else "policyqa doctor 列出各项设置",
                ),
            )
