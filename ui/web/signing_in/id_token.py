"""The ID token of a provider: its signature and its claims, as OpenID Connect Core 3.1.3.7 says."""

from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidClaimError, JoseError
from joserfc.jwk import Key, KeySet

from rag.errors import AccessRefused

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""With a pair of keys each: what anybody can sign, with none or with the public key, is no signature."""
LEEWAY_S = 60
_KINDS = ("RSA", "EC", "OKP")


def claims_of(
    token: str, keys: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str
) -> Mapping[str, Any]:
    """Return the claims of a token that is meant for this server and this very attempt to sign in.

    Args:
        token: As the provider sent it.
        keys: Its key set as JSON.
        issuer: Whose token it must be.
        client_id: Whom it must be for.
        nonce: Of the attempt.

    Raises:
        AccessRefused: It is not signed by one of the keys, or a claim is missing or wrong.
    """
    claims = _signed(token, _usable(keys))
    registry = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_S,
        iss={"essential": True, "value": issuer},
        sub={"essential": True},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        registry.validate(dict(claims))
    except ExpiredTokenError as error:
        raise _clocks() from error
    except ClaimError as error:
        if error.claim in ("iat", "nbf") and isinstance(error, InvalidClaimError):
            raise _clocks() from error
        raise refused_token(f"the claim {error.claim} is missing or wrong") from error
    audience, party = claims["aud"], claims.get("azp")
    is_shared = isinstance(audience, list) and len(audience) > 1
    if (party is not None or is_shared) and party != client_id:
        raise refused_token("the claim azp is missing or wrong")
    return claims


def _signed(token: str, keys: Sequence[Key]) -> Mapping[str, Any]:
    last: JoseError | None = None
    for key in keys:
        try:
            return jwt.decode(token, key, algorithms=_ALGORITHMS).claims
        except JoseError as error:
            last = error
        except ValueError as error:
            raise refused_token("it is no token") from error
    raise refused_token("no key of the provider has signed it") from last


def _usable(keys: Mapping[str, Any]) -> list[Key]:
    """Return those of a set that can have signed; a set may hold kinds that are not known here, which are left out."""
    listed = keys.get("keys")
    wanted = [
        key for key in (listed if isinstance(listed, list) else [])
        if isinstance(key, dict) and key.get("kty") in _KINDS and key.get("use", "sig") == "sig"
    ]  # fmt: skip
    found: list[Key] = []
    for key in wanted:
        try:
            found += KeySet.import_key_set({"keys": [key]}).keys
        except (JoseError, ValueError):
            continue
    return found


def refused_token(why: str) -> AccessRefused:
    """Return what a person is told whose provider sent something that cannot be believed."""
    return AccessRefused(
        f"The single sign-on's answer cannot be believed: {why}.",
        fix="sign in again; if it stays so, tell the administrator",
        chinese=(f"单点登录的应答不可信（{why}）。", "请重新登录；如仍出现，请告知管理员"),
    )


def _clocks() -> AccessRefused:
    return AccessRefused(
        "The single sign-on's answer is too old or comes from the future: the clocks of the two machines differ.",
        fix="sign in again; if it stays so, ask the administrator to set the clocks",
        chinese=(
            "单点登录的应答已过期或时间超前：两台机器的时钟不一致。",
            "请重新登录；如仍出现，请管理员校准时钟",
        ),
    )
