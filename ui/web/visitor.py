"""Who visits the page: whose history it shows, which documents exist for them, what they may do."""

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.accounts import Account
from rag.errors import AccessRefused
from rag.schema import Viewer
from ui.web.person import person_of

if TYPE_CHECKING:
    import gradio as gr
    from starlette.requests import Request

STATE = "policyqa_visitor"
"""Under which a request carries the person who has signed in."""
EDITOR, ADMIN = "editor", "admin"


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


def signed_in(account: Account, form_token: str) -> Visitor:
    """Return the visitor whose account it is."""
    return Visitor(account.person, account.viewer, account.name, form_token)


def visitor_of(request: "gr.Request | Request") -> Visitor:
    """Return who sends a request: the person who has signed in; without accounts whom the browser's cookie names."""
    scope = getattr(getattr(request, "request", None) or request, "scope", None) or {}
    found = (scope.get("state") or {}).get(STATE)
    if isinstance(found, Visitor):
        return found
    host = request.client.host if request.client else None
    return Visitor(person_of(request.cookies) or "", viewer_from(host))


def viewer_from(host: str | None) -> Viewer:
    """Return what a visitor from an address may do without accounts; one from another machine only reads."""
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return Viewer(roles=frozenset({"reader"}))
    mapped = getattr(address, "ipv4_mapped", None) or address
    return Viewer() if mapped.is_loopback else Viewer(roles=frozenset({"reader"}))


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
        raise AccessRefused("Only an editor may change the collection.", fix="ask the administrator")
    return viewer


def admin_of(request: "gr.Request") -> Viewer:
    """Return who asks, as `editor_of`.

    Raises:
        AccessRefused: They are no administrator.
    """
    viewer = visitor_of(request).viewer
    if not may_administer(viewer):
        raise AccessRefused("Only an administrator may do this.", fix="ask the administrator")
    return viewer
