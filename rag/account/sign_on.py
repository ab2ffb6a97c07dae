"""Signing in elsewhere, at an OpenID Connect provider or a trusted proxy: whether it is set up, and what groups mean."""

import ipaddress
from collections.abc import Iterable, Sequence

from rag.account.account import Role
from rag.errors import AccessRefused, SettingsError
from rag.server.destination import is_near
from rag.settings import Settings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def is_set_up(settings: Settings) -> bool:
    """Tell whether people can sign in without a password here."""
    return settings.oidc_issuer is not None or settings.proxy_user_header is not None


def check_sign_on(settings: Settings) -> None:
    """Look whether what belongs together is set.

    Raises:
        SettingsError: Something is missing, or is no network.
    """
    if settings.oidc_issuer is not None:
        if not settings.oidc_client_id:
            raise SettingsError(
                "POLICYQA_OIDC_ISSUER needs POLICYQA_OIDC_CLIENT_ID.",
                fix="set POLICYQA_OIDC_CLIENT_ID",
                chinese=(
                    "POLICYQA_OIDC_ISSUER 需要 POLICYQA_OIDC_CLIENT_ID。",
                    "设置 POLICYQA_OIDC_CLIENT_ID",
                ),
            )
        if "openid" not in settings.oidc_scopes.split():
            raise SettingsError(
                "POLICYQA_OIDC_SCOPES lacks openid.",
                fix="POLICYQA_OIDC_SCOPES='openid profile'",
                chinese=("POLICYQA_OIDC_SCOPES 里没有 openid。", "POLICYQA_OIDC_SCOPES='openid profile'"),
            )
    if settings.proxy_user_header is not None and not trusted_networks(settings):
        raise SettingsError(
            "POLICYQA_PROXY_USER_HEADER needs POLICYQA_PROXY_TRUSTED: anybody can send a header.",
            fix="set POLICYQA_PROXY_TRUSTED to the address of the proxy, as 127.0.0.1 or 172.18.0.0/24",
            chinese=(
                "POLICYQA_PROXY_USER_HEADER 需要 POLICYQA_PROXY_TRUSTED：请求头谁都能发送。",
                "把 POLICYQA_PROXY_TRUSTED 设为代理的地址，如 127.0.0.1 或 172.18.0.0/24",
            ),
        )
    if settings.proxy_groups_header is not None and settings.proxy_user_header is None:
        raise SettingsError(
            "POLICYQA_PROXY_GROUPS_HEADER needs POLICYQA_PROXY_USER_HEADER.",
            fix="set POLICYQA_PROXY_USER_HEADER",
            chinese=(
                "POLICYQA_PROXY_GROUPS_HEADER 需要 POLICYQA_PROXY_USER_HEADER。",
                "设置 POLICYQA_PROXY_USER_HEADER",
            ),
        )


def check_provider(url: str, allow_remote: bool) -> None:
    """Refuse an address of a provider outside this machine and its private network, unless it is allowed and encrypted.

    Raises:
        AccessRefused: It is outside.
    """
    if is_near(url) or (allow_remote and url.startswith("https://")):
        return
    raise AccessRefused(
        f"The sign-on provider {url} is outside this machine and its private network"
        f"{', and not reached by https' if allow_remote else ''}; names of people would go there.",
        fix="set POLICYQA_OIDC_ISSUER to an https:// address"
        if allow_remote
        else "set POLICYQA_ALLOW_REMOTE=true to allow it",
        chinese=(
            f"单点登录服务 {url} 不在本机及内网{'，且未使用 https' if allow_remote else ''}；用户名会发送到那里。",
            "将 POLICYQA_OIDC_ISSUER 设为 https:// 地址"
            if allow_remote
            else "如允许，请设置 POLICYQA_ALLOW_REMOTE=true",
        ),
    )


def trusted_networks(settings: Settings) -> Sequence[Network]:
    """Return the networks of the proxy; none when nothing is set.

    Raises:
        SettingsError: One is none.
    """
    try:
        return [
            ipaddress.ip_network(part.strip())
            for part in (settings.proxy_trusted or "").split(",")
            if part.strip()
        ]
    except ValueError as error:
        raise SettingsError(
            f"POLICYQA_PROXY_TRUSTED: {error}.",
            fix="write addresses and networks, as 127.0.0.1, 172.18.0.0/24",
            chinese=(f"POLICYQA_PROXY_TRUSTED：{error}。", "写地址或网段，如 127.0.0.1, 172.18.0.0/24"),
        ) from error


def role_of(settings: Settings, groups: Iterable[str] | None) -> Role | None:
    """Return the role that groups stand for; None where none was set up to stand for one, or groups are not told."""
    admins, editors = settings.sign_on_admin_group, settings.sign_on_editor_group
    if groups is None or not (admins or editors):
        return None
    found = set(groups)
    return "admin" if admins in found else "editor" if editors in found else "reader"


def ways(settings: Settings) -> Sequence[str]:
    """Return how people can sign in besides passwords, for `doctor`; empty for not at all."""
    found = []
    if settings.oidc_issuer is not None:
        found.append(f"single sign-on at {settings.oidc_issuer}")
    if settings.proxy_user_header is not None:
        found.append(f"header {settings.proxy_user_header} from {settings.proxy_trusted}")
    return found
