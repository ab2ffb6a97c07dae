"""What `doctor` says of accounts: how many there are, how people sign in, and what is set up badly."""

from contextlib import closing
from typing import Any

from rag.account.sign_on import check_provider, check_sign_on, is_set_up, ways
from rag.accounts import has_accounts, open_accounts
from rag.server.destination import is_near
from rag.settings import Settings


def account_facts(settings: Settings, facts: dict[str, Any]) -> None:
    """Fill in the facts, as far as they can be found.

    Raises:
        PolicyQAError: The accounts cannot be read, or signing in elsewhere is set up badly.
    """
    facts |= {"accounts": 0, "admins": 0, "sign-in": "on" if is_set_up(settings) else "off"}
    if found := ways(settings):
        facts["besides passwords"] = "; ".join(found)
    if has_accounts(settings.data):
        with closing(open_accounts(settings)) as accounts:
            people = [account for account in accounts.list() if not account.disabled]
            facts["accounts"] = len(accounts.list())
            facts["admins"] = sum(account.role == "admin" for account in people)
            facts["sign-in"] = "on" if accounts.any() or is_set_up(settings) else "off"
    check_sign_on(settings)
    if settings.oidc_issuer is not None:
        check_provider(settings.oidc_issuer, settings.allow_remote)


def provider_outside(settings: Settings) -> str | None:
    """Return the provider as a destination outside this machine's network; None for one nearby, or none."""
    issuer = settings.oidc_issuer
    if issuer is None or not settings.allow_remote or is_near(issuer):
        return None
    return f"{issuer} (signing in: names and groups of people)"
