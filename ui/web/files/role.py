"""Who may keep the collection: as long as there are no accounts, visitors from this machine."""

import ipaddress

from rag.schema import Viewer

EDITOR = "editor"


def viewer_from(host: str | None) -> Viewer:
    """Return what a visitor from an address may do; one from another machine only reads."""
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return Viewer(roles=frozenset({"reader"}))
    mapped = getattr(address, "ipv4_mapped", None) or address
    return Viewer() if mapped.is_loopback else Viewer(roles=frozenset({"reader"}))


def may_edit(viewer: Viewer) -> bool:
    """Tell whether a person may change the collection."""
    return EDITOR in viewer.roles
