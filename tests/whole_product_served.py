"""What `policyqa web` serves, of the whole product: the page, the API, and signing in at a provider."""

import re
import time
from contextlib import contextmanager
from urllib.parse import urljoin

import httpx
from fake_provider import CLIENT, SECRET, providing
from fakes_slack_bot import free_port

_LINKED = re.compile(r"""(?:src|href)=["']([^"']+\.(?:js|css|woff2|svg|png|ico|json))["']""")
_QUESTION = {"question": "数据交易资料应当保存多少年？"}
_CHAT = {"model": "policyqa", "messages": [{"role": "user", "content": _QUESTION["question"]}]}


def page(product) -> bool:
    with _served(product) as address:
        # A browser would fetch these at once.
        linked = {urljoin(address + "/", link) for link in _LINKED.findall(httpx.get(address).text)}
        here = all(link.startswith(address) and httpx.get(link).status_code == 200 for link in linked)
        return here and httpx.get(f"{address}/config").status_code == 200


def api(product) -> bool:
    events = {"Accept": "text/event-stream"}
    with _served(product) as address, httpx.Client(base_url=address, timeout=60) as client:
        document = client.get("/api/documents").json()[0]["document_id"]
        read = (
            "/healthz", "/readyz", "/metrics", "/api/docs", "/api/openapi.json", f"/api/documents/{document}", "/v1/models",
        )  # fmt: skip
        asked = client.post("/api/ask", json=_QUESTION).json()
        return (
            all(client.get(path).status_code == 200 for path in read)
            and asked["verdict"] == "answered"
            and "event: answer" in client.post("/api/ask", json=_QUESTION, headers=events).text
            and bool(client.post("/api/search", json=_QUESTION).json()["hits"])
            and "[1]"
            in client.post("/v1/chat/completions", json=_CHAT).json()["choices"][0]["message"]["content"]
        )


def sign_on(product) -> bool:
    with providing(free_port()) as provider:
        settings = {
            "OIDC_ISSUER": provider.issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET,
            "OIDC_GROUPS_CLAIM": "groups", "SIGN_ON_ADMIN_GROUP": "it",
        }  # fmt: skip
        with (
            _served(product, **settings) as address,
            httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client,
        ):
            stranger = client.get("/api/documents").status_code
            landed = client.get("/signin/oidc?next=/")
            return (
                stranger == 401
                and str(landed.url) == f"{address}/"
                and client.get("/api/documents").is_success
            )


@contextmanager
def _served(product, **settings):
    """Serve the page; yields its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with product.start("web", "--port", port, **settings) as process:
        try:
            _wait_for(address)
            yield address
        finally:
            process.terminate()
            process.communicate(timeout=20)


def _wait_for(address):
    for _ in range(240):
        try:
            return httpx.get(f"{address}/healthz")
        except httpx.ConnectError:
            time.sleep(0.25)
    raise TimeoutError("the page was not served within a minute")
