"""Who visits the page: whose history it shows, which documents exist for them, what they may do."""

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.accounts import Account, Scope
from rag.errors import AccessRefused
from rag.schema import Viewer
from ui.web.person import person_of

if TYPE_CHECKING:
    import gradio as gr
    from starlette.requests import Request

STATE = "policyqa_visitor"
"""Under which a request carries the person who has signed in."""
OPEN = "policyqa_open"
"""Under which a request carries that nobody has to sign in, as the layer in front of the page found."""
EDITOR, ADMIN = "editor", "admin"
_FOR_ADMINS = frozenset({"admin", "metrics"})
_READER = Viewer(roles=frozenset({"reader"}))


@dataclass(frozen=True, slots=True)
class Visitor:
    """One person at the page."""

    person: str
    """The id under which their answers are kept; empty without accounts for a browser that keeps no cookies."""
    viewer: Viewer
    name: str = ""
    """Of the account; empty without accounts."""
    form_token: str = ""
    """What a form on the page sends along, so that no other site can send it; empty without accounts."""
    scopes: frozenset[str] | None = None
    """What the key may do with which a program asks for them; None for a person at a browser."""


def signed_in(account: Account, form_token: str) -> Visitor:
    """Return the visitor whose account it is."""
    return Visitor(account.person, account.viewer, account.name, form_token)


def by_key(account: Account, scopes: frozenset[Scope]) -> Visitor:
    """Return the visitor on whose behalf a program asks; without the scope admin it has the role of a reader."""
    viewer = account.viewer if ADMIN in scopes else Viewer(account.groups, _READER.roles)
    return Visitor(account.person, viewer, account.name, scopes=frozenset(scopes))


def visitor_of(request: "gr.Request | Request") -> Visitor:
    """Return who sends a request: the person who has signed in; without accounts whom the browser's cookie names.

    A request that the layer in front of the page has not looked at comes from nobody, who reads what is public.
    """
    scope = getattr(getattr(request, "request", None) or request, "scope", None) or {}
    state = scope.get("state") or {}
    found = state.get(STATE)
    if isinstance(found, Visitor):
        return found
    if not state.get(OPEN):
        return Visitor("", _READER)
    host = request.client.host if request.client else None
    return Visitor(person_of(request.cookies) or "", viewer_from(host))


def doer(request: "gr.Request") -> dict[str, str]:
    """Return who sends a request and from where, for the audit log."""
    return {"who": visitor_of(request).name, "address": request.client.host if request.client else ""}


def viewer_from(host: str | None) -> Viewer:
    """Return what a visitor from an address may do without accounts; one from another machine only reads."""
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return _READER
    mapped = getattr(address, "ipv4_mapped", None) or address
    return Viewer() if mapped.is_loopback else _READER


def scoped(request: "gr.Request | Request", scope: str) -> Visitor:
    """Return who asks, for something that a key must be made for.

    Args:
        request: Of a person at a browser, or of a program with a key.
        scope: Of `rag.accounts.SCOPES`; for `admin` and `metrics` a person at a browser must be an administrator.

    Raises:
        AccessRefused: The key does not have the scope, or the person is no administrator.
    """
    visitor = visitor_of(request)
    if visitor.scopes is not None and scope not in visitor.scopes:
        raise AccessRefused(
            f"The key does not have the scope {scope}.",
            fix=f"use a key with it: policyqa key add {visitor.name} --scope {scope}",
            chinese=(
                f"密钥没有 {scope} 权限范围。",
                f"请使用有该范围的密钥：policyqa key add {visitor.name} --scope {scope}",
            ),
        )
    if visitor.scopes is None and scope in _FOR_ADMINS and not may_administer(visitor.viewer):
        raise AccessRefused(
            "Only an administrator may do this.",
            fix="ask the administrator",
            chinese=("只有管理员可以这样做。", "请联系管理员"),
        )
    return visitor


def may_edit(viewer: Viewer) -> bool:
    """Tell whether a person may change the collection."""
    return EDITOR in viewer.roles


def may_administer(viewer: Viewer) -> bool:
    """Tell whether a person may see what is in force, and run evaluations."""
    return ADMIN in viewer.roles


def editor_of(request: "gr.Request") -> Viewer:
    """Return who asks; every handler asks again, as a browser may call any of them.

    Raises:
        AccessRefused: They may not change the collection.
    """
    viewer = visitor_of(request).viewer
    if not may_edit(viewer):
        raise AccessRefused(
            "Only an editor may change the collection.",
            fix="ask the administrator",
            chinese=("只有编辑可以更改文件库。", "请联系管理员"),
        )
    return viewer


def admin_of(request: "gr.Request") -> Viewer:
    """Return who asks, as `editor_of`.

    Raises:
        AccessRefused: They are no administrator.
    """
    viewer = visitor_of(request).viewer
    if not may_administer(viewer):
        raise AccessRefused(
            "Only an administrator may do this.",
            fix="ask the administrator",
            chinese=("只有管理员可以这样做。", "请联系管理员"),
        )
    return viewer
