"""A proxy that has signed a person in and names them in a header; nobody else is believed."""

import ipaddress
from typing import NamedTuple

from starlette.requests import Request

from rag.account.sign_on import role_of, trusted_networks
from rag.accounts import Account, Accounts
from rag.errors import AccessRefused
from rag.settings import Settings
from ui.web.signing_in.peer import PEER

_MOST_GROUPS = 200


class Named(NamedTuple):
    """A person as the proxy names them."""

    name: str
    groups: list[str] | None
    """None where groups are not told."""


class ProxyHeader:
    """Reads the header."""

    def __init__(self, settings: Settings) -> None:
        """Take its name and the proxy's addresses; raises SettingsError when they are none."""
        self._settings = settings
        self._user, self._groups = settings.proxy_user_header, settings.proxy_groups_header
        self._networks = trusted_networks(settings)

    def named(self, request: Request) -> Named | None:
        """Return whom the proxy names; None for nobody.

        Raises:
            AccessRefused: The header comes from another address, twice, or is no text.
        """
        users, groups = _values(request, self._user), _values(request, self._groups)
        if not users and not groups:
            return None
        if not self._is_proxy(request.scope.get(PEER)):
            raise _refused(
                "This address may not name who is signed in.",
                "该地址无权声明登录用户。",
                "send no such header; an administrator sets POLICYQA_PROXY_TRUSTED",
                "请勿发送该请求头；管理员可设置 POLICYQA_PROXY_TRUSTED",
            )
        try:
            names = [value.decode("utf-8").strip() for value in users]
            told = [part.strip() for value in groups for part in value.decode("utf-8").split(",")]
        except UnicodeDecodeError as error:
            raise _twice() from error
        if len(names) > 1 or len(told) > _MOST_GROUPS:
            raise _twice()
        if not names or not names[0]:
            return None
        return Named(names[0], None if self._groups is None else [part for part in told if part])

    def account(self, accounts: Accounts, named: Named, address: str) -> Account:
        """Return the account of a person; raises AccountError as `Accounts.signed_on`."""
        role = role_of(self._settings, named.groups)
        return accounts.signed_on(named.name, named.groups, role=role, address=address)

    def _is_proxy(self, peer: object) -> bool:
        try:
            address = ipaddress.ip_address(str(peer))
        except ValueError:
            return False
        inner = getattr(address, "ipv4_mapped", None) or address
        return any(inner in network for network in self._networks)


def _values(request: Request, name: str | None) -> list[bytes]:
    if name is None:
        return []
    wanted = name.lower().encode("ascii")
    return [value for key, value in request.headers.raw if key.lower() == wanted]


def _twice() -> AccessRefused:
    return _refused(
        "The proxy's header cannot be read: it stands there twice, or is not UTF-8.",
        "无法读取代理的请求头：重复出现，或不是 UTF-8。",
        "let the proxy overwrite the header, in UTF-8",
        "请让代理以 UTF-8 覆盖该请求头",
    )


def _refused(message: str, chinese: str, fix: str, chinese_fix: str) -> AccessRefused:
    return AccessRefused(message, fix=fix, chinese=(chinese, chinese_fix))
