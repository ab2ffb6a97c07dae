"""An OpenID Connect provider on this machine: signs whom it is told to, and can be made to misbehave."""

import threading
import time
from base64 import urlsafe_b64encode
from contextlib import contextmanager
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

CLIENT, SECRET = "policyqa", "a secret of the client"


def new_key(kid):
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}, private=True)


class FakeProvider:
    """What a test may change: `claims` are those of the next person, `sign` makes a token of them."""

    def __init__(self):
        self.issuer, self.key = "", new_key("one")
        self.claims, self.more, self.userinfo = {"sub": "42", "preferred_username": "zhaoyun"}, {}, {}
        self.sign, self.codes, self.asked, self.denies, self.is_down = self.signed, {}, [], "", False

    def signed(self, claims):
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def about(self, _):
        if self.is_down:
            return JSONResponse({"error": "out of order"}, 503)
        found = {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys", "userinfo_endpoint": f"{self.issuer}/userinfo",
        }  # fmt: skip
        return JSONResponse(found | self.more)

    def keys(self, _):
        return JSONResponse({"keys": [{"kty": "unheard of"}, self.key.as_dict(private=False)]})

    def authorize(self, request):
        asked = dict(request.query_params)
        self.asked.append(asked)
        if self.denies:
            answer = {"error": self.denies}
        else:
            answer = {"code": f"code{len(self.asked)}"}
            self.codes[answer["code"]] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer | {'state': asked['state']})}")

    async def token(self, request):
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self.codes.pop(form.get("code"), None)
        proof = (
            urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        )
        if asked is None or proof != asked["code_challenge"] or asked["code_challenge_method"] != "S256":
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
        } | self.claims
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        return JSONResponse({"id_token": token, "access_token": "open", "token_type": "Bearer"})

    def person(self, request):
        if request.headers.get("authorization") != "Bearer open":
            return JSONResponse({}, 401)
        return JSONResponse(self.userinfo or {"sub": self.claims.get("sub")})

    def application(self):
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.about),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/userinfo", self.person),
            ]
        )


@contextmanager
def providing(port):
    """Serve one until the end of the block."""
    provider = FakeProvider()
    provider.issuer = f"http://127.0.0.1:{port}"
    server = uvicorn.Server(
        uvicorn.Config(provider.application(), port=port, log_level="error", lifespan="off")
    )
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    while not server.started:
        assert serving.is_alive(), "the provider did not start"
        time.sleep(0.01)
    try:
        yield provider
    finally:
        server.should_exit = True
        serving.join(10)


def query_of(url):
    return dict(parse_qsl(urlsplit(url).query))
