"""The tokens of the Slack bot, and calls to Slack with them whose failures are told in words; no token is ever shown."""

import importlib.util
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from types import MappingProxyType
from typing import TYPE_CHECKING

from pydantic import SecretStr

from rag.errors import PolicyQAError, SettingsError
from rag.settings import PREFIX, Settings
from ui.slack.access.rules_error import PAGE

if TYPE_CHECKING:
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

ClientFactory = Callable[[str], "WebClient"]
"""Token → a client of Slack's Web API."""
_TIMEOUT_S = 15


@dataclass(frozen=True, slots=True)
class _Kind:
    looks: re.Pattern[str]
    hint: str
    place: str


_KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "slack_bot_token": _Kind(
            re.compile(r"xoxb-[A-Za-z0-9-]+"),
            "begins with xoxb-",
            "OAuth & Permissions → Bot User OAuth Token",
        ),
        "slack_app_token": _Kind(
            re.compile(r"xapp-[A-Za-z0-9-]+"), "begins with xapp-", "Basic Information → App-Level Tokens"
        ),
        "slack_signing_secret": _Kind(
            re.compile(r"(?!xox|xapp)[!-~]{16,}"),
            "has 32 digits and letters",
            "Basic Information → Signing Secret",
        ),
    }
)
"""Setting → what it looks like, and where it stands on the page of the app."""
_FIXES: Mapping[str, str] = MappingProxyType(
    {
        "invalid_auth": "copy the token again from the page of the app",
        "not_authed": "copy the token again from the page of the app",
        "token_expired": "make an app without token rotation, which cannot be turned off again",
        "token_revoked": "reinstall the app and copy the new token",
        "account_inactive": "reinstall the app and copy the new token",
        "not_allowed_token_type": "copy the token again: the bot token and the app-level token may be exchanged",
        "missing_scope": "give the app the scopes of deploy/slack/manifest.yaml and reinstall it",
        "ratelimited": "try again in a minute",
    }
)
"""What Slack says → what to do."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """To whom the bot token belongs."""

    team: str
    """`T…`; empty when the app was installed for a whole organisation."""
    name: str
    bot: str
    """The bot's name, without @."""
    url: str
    scopes: frozenset[str]
    """What the token may do; empty when Slack does not say."""


class SlackRefused(PolicyQAError):
    """Slack said no, or could not be reached."""

    def __init__(self, message: str, fix: str, code: str = "", *, chinese: tuple[str, str]) -> None:
        """Keep what Slack called it.

        Args:
            message: What failed.
            fix: What to do.
            code: Slack's name of the failure, as `invalid_auth`; empty when Slack was not reached.
            chinese: As of all.
        """
        super().__init__(message, fix, chinese=chinese)
        self.code = code


def check_package() -> None:
    """Refuse to go on without the package that the bot needs.

    Raises:
        SettingsError: It is not installed.
    """
    if importlib.util.find_spec("slack_bolt") is None:
        raise SettingsError(
            "The Slack bot needs slack-bolt, which is not installed.",
            fix="pip install 'policyqa[slack]'",
            chinese=("Slack 机器人需要 slack-bolt，尚未安装。", "pip install 'policyqa[slack]'"),
        )


def faults(settings: Settings, *names: str) -> list[SettingsError]:
    """Return what is missing, or cannot be what it should be, of these settings; empty when nothing is."""
    found = []
    for name in names:
        kind, value = _KINDS[name], getattr(settings, name)
        text = value.get_secret_value().strip() if isinstance(value, SecretStr) else ""
        variable = f"{PREFIX}{name.upper()}"
        if not text:
            found.append(SettingsError(f"{variable} is not set.", fix=f"set {variable} to what stands under {kind.place} on api.slack.com/apps ({PAGE})", chinese=(f"没有设置 {variable}。", f"设为 api.slack.com/apps 上 {kind.place} 下的内容（{PAGE}）")))  # fmt: skip
        elif text.startswith("xoxe"):
            found.append(SettingsError(f"{variable} holds a token that expires.", fix=f"make an app without token rotation, which cannot be turned off again; see {PAGE}", chinese=(f"{variable} 中的令牌会过期。", f"另建一个不轮换令牌的应用（开启后不能关闭）；见 {PAGE}")))  # fmt: skip
        elif not kind.looks.fullmatch(text):
            found.append(SettingsError(f"{variable} is not what it should be, which {kind.hint}.", fix=f"copy it again from {kind.place} on api.slack.com/apps", chinese=(f"{variable} 不是应有的令牌。", f"请从 api.slack.com/apps 的 {kind.place} 重新复制")))  # fmt: skip
    return found


def needed(http: bool) -> tuple[str, str]:
    """Return the names of the settings without which the bot does not start, in HTTP mode or in Socket Mode."""
    return "slack_bot_token", "slack_signing_secret" if http else "slack_app_token"


def require(settings: Settings, http: bool) -> None:
    """Refuse to go on without the tokens.

    Args:
        settings: Of this process.
        http: Whether Slack sends to an address of ours; else Socket Mode.

    Raises:
        SettingsError: One or more are missing or cannot be what they should be; all of them are named.
    """
    if found := faults(settings, *needed(http)):
        raise SettingsError(
            " ".join(f.message for f in found),
            fix="; ".join(dict.fromkeys(f.fix for f in found)),
            chinese=(
                "".join(f.words("zh")[0] for f in found),
                "；".join(dict.fromkeys(f.words("zh")[1] for f in found)),
            ),
        )


def web_client(settings: Settings) -> ClientFactory:
    """Return what makes clients of the Slack that the settings name."""
    from slack_sdk import WebClient  # noqa: PLC0415 - comes with the extra `slack`

    # What it would log is told in words here.
    silent = logging.Logger("slack")
    silent.addHandler(logging.NullHandler())
    return lambda token: WebClient(token, settings.slack_url, timeout=_TIMEOUT_S, logger=silent)


def find_workspace(settings: Settings, factory: ClientFactory) -> Workspace:
    """Ask Slack to whom the bot token belongs.

    Raises:
        SlackRefused: The token is not valid, or Slack cannot be reached.
    """
    with calling("auth.test", settings):
        answer = factory(secret(settings.slack_bot_token)).auth_test()
    headers = {str(name).lower(): str(value) for name, value in answer.headers.items()}
    scopes = frozenset(filter(None, (s.strip() for s in headers.get("x-oauth-scopes", "").split(","))))
    team = "" if answer.get("is_enterprise_install") else str(answer.get("team_id") or "")
    return Workspace(team, str(answer.get("team") or team), str(answer.get("user") or ""), str(answer.get("url") or ""), scopes)  # fmt: skip


@contextmanager
def calling(method: str, settings: Settings) -> Iterator[None]:
    """Tell in words why a call to Slack failed.

    Args:
        method: As Slack names it.
        settings: Of this process.

    Raises:
        SlackRefused: It failed.
    """
    from slack_sdk.errors import SlackApiError, SlackClientError  # noqa: PLC0415 - comes with the extra `slack`

    try:
        yield
    except SlackApiError as error:
        code = _code(error)
        said = code or f"HTTP {error.response.status_code}"
        raise SlackRefused(f"Slack refused {method}: {said}.", _FIXES.get(code, f"see the table at the end of {PAGE}"), code, chinese=(f"Slack 拒绝了 {method}：{said}。", f"见 {PAGE} 末尾的表")) from error  # fmt: skip
    # What urllib raises is an OSError; a proxy or a captive page answers what is no JSON.
    except (SlackClientError, OSError, HTTPException, ValueError) as error:
        raise SlackRefused(
            f"No Slack answers at {settings.slack_url} ({type(error).__name__}).",
            fix="check the network of this machine, its proxy (HTTPS_PROXY) and POLICYQA_SLACK_URL",
            chinese=(
                f"{settings.slack_url} 没有 Slack 应答（{type(error).__name__}）。",
                "检查本机的网络、代理（HTTPS_PROXY）和 POLICYQA_SLACK_URL",
            ),
        ) from error


def _code(error: "SlackApiError") -> str:
    """Return Slack's own name of a failure; empty for an error page, of which slack_sdk makes a sentence."""
    if error.response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return "ratelimited"
    told = error.response.get("error") if isinstance(error.response.data, dict) else None
    return told if isinstance(told, str) and re.fullmatch("[a-z_]+", told) else ""


def open_socket(settings: Settings, factory: ClientFactory) -> None:
    """Ask for a connection of Socket Mode without using it.

    Raises:
        SlackRefused: The app-level token is not valid, Socket Mode is off, or Slack cannot be reached.
    """
    token = secret(settings.slack_app_token)
    with calling("apps.connections.open", settings):
        factory(token).apps_connections_open(app_token=token)


def secret(value: SecretStr | None) -> str:
    """Return a secret as it is sent; empty when it is not set."""
    return value.get_secret_value().strip() if value else ""
