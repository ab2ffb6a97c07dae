"""An OpenID Connect provider: where it sends people, and what it says of who comes back."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx2
from anyio import to_thread
from authlib.integrations.base_client.errors import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]

from rag.account.sign_on import check_provider
from rag.errors import AccessRefused
from rag.settings import Settings
from ui.web.signing_in.id_token import claims_of, refused_token

_DISCOVERY = "/.well-known/openid-configuration"
_PATIENCE_S = 10.0
_VERIFIED = "email_verified"


class Attempt(NamedTuple):
    """One attempt to sign in, kept by the browser until it comes back."""

    state: str
    nonce: str
    verifier: str
    """Of PKCE."""
    to: str
    """Path to go to afterwards."""


class Person(NamedTuple):
    """Who came back."""

    name: str
    groups: list[str] | None
    """None where groups are not told."""


class Provider:
    """Asks the provider anew each time: people sign in seldom, and its keys change without a word."""

    def __init__(self, settings: Settings) -> None:
        """Take one; raises nothing, as the server must start while the provider is down."""
        self._settings = settings
        self._issuer, self._client_id = settings.oidc_issuer or "", settings.oidc_client_id or ""

    async def address(self, attempt: Attempt, redirect_uri: str) -> str:
        """Return where to send a browser; raises AccessRefused when the provider does not answer."""
        async with self._client(redirect_uri) as client:
            about = await self._about(client)
            url, _ = client.create_authorization_url(
                _text(about, "authorization_endpoint"),
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(url)

    async def person(self, attempt: Attempt, code: str, redirect_uri: str) -> Person:
        """Return who came back with a code.

        Raises:
            AccessRefused: The provider does not answer, refuses the code, or what it says cannot be believed.
        """
        async with self._client(redirect_uri) as client:
            about = await self._about(client)
            token = await self._token(client, about, code, attempt.verifier)
            keys = await self._json(client, await self._endpoint(about, "jwks_uri"))
            claims = claims_of(
                str(token.get("id_token", "")), keys,
                issuer=_text(about, "issuer"), client_id=self._client_id, nonce=attempt.nonce,
            )  # fmt: skip
            if self._lacks(claims) and "userinfo_endpoint" in about and "access_token" in token:
                more = await self._json(
                    client, await self._endpoint(about, "userinfo_endpoint"), str(token["access_token"])
                )
                if more.get("sub") != claims["sub"]:
                    raise refused_token("the claim sub is missing or wrong")
                claims = {**more, **claims}
        return self._named(claims)

    def _client(self, redirect_uri: str) -> AsyncOAuth2Client:
        secret = self._settings.oidc_client_secret
        return AsyncOAuth2Client(
            self._client_id,
            secret.get_secret_value() if secret else None,
            scope=self._settings.oidc_scopes,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            timeout=_PATIENCE_S,
        )

    async def _about(self, client: AsyncOAuth2Client) -> Mapping[str, Any]:
        await self._check(self._issuer)
        about = await self._json(client, self._issuer.rstrip("/") + _DISCOVERY)
        if _text(about, "issuer").rstrip("/") != self._issuer.rstrip("/"):
            raise refused_token(f"the provider calls itself {about['issuer']}, not {self._issuer}")
        return about

    async def _endpoint(self, about: Mapping[str, Any], name: str) -> str:
        url = _text(about, name)
        await self._check(url)
        return url

    async def _check(self, url: str) -> None:
        # It looks names up, for which a name server may take seconds.
        await to_thread.run_sync(check_provider, url, self._settings.allow_remote)

    async def _token(
        self, client: AsyncOAuth2Client, about: Mapping[str, Any], code: str, verifier: str
    ) -> Mapping[str, Any]:
        methods = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if client.client_secret and "client_secret_basic" not in methods:
            client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 - the name of a method
        try:
            token = await client.fetch_token(
                await self._endpoint(about, "token_endpoint"),
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
            )
        except OAuthError as error:
            raise refused_token(f"the code was refused, {error.error}") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise self._down() from error
        return dict(token)

    async def _json(self, client: AsyncOAuth2Client, url: str, bearer: str = "") -> Mapping[str, Any]:
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        try:
            answer = await client.request("GET", url, withhold_token=True, headers=headers)
            answer.raise_for_status()
            found = answer.json()
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise self._down() from error
        if not isinstance(found, dict):
            raise self._down()
        return found

    def _lacks(self, claims: Mapping[str, Any]) -> bool:
        wanted = (self._settings.oidc_name_claim, self._settings.oidc_groups_claim)
        verified = _VERIFIED if wanted[0] == "email" else None
        return any(name is not None and name not in claims for name in (*wanted, verified))

    def _named(self, claims: Mapping[str, Any]) -> Person:
        wanted, grouped = self._settings.oidc_name_claim, self._settings.oidc_groups_claim
        name = claims.get(wanted)
        if not isinstance(name, str) or not name.strip():
            raise refused_token(f"the claim {wanted} is missing or wrong")
        if wanted == "email" and claims.get(_VERIFIED) not in (True, "true"):
            raise refused_token("the address was not verified")
        if grouped is None:
            return Person(name, None)
        told = claims.get(grouped, [])
        # Keycloak writes the path of a group.
        groups = [str(group).removeprefix("/") for group in (told if isinstance(told, list) else [told])]
        return Person(name, groups)

    def _down(self) -> AccessRefused:
        return AccessRefused(
            f"The single sign-on at {self._issuer} does not answer as it should.",
            fix="try again later, or sign in with a password",
            chinese=(f"单点登录服务 {self._issuer} 未正常应答。", "请稍后再试，或用密码登录"),
        )


def _text(about: Mapping[str, Any], name: str) -> str:
    found = about.get(name)
    if not isinstance(found, str):
        raise refused_token(f"the provider tells no {name}")
    return found
