"""A proxy that names the person it has signed in: believed at its own address, and refused at any other."""

from contextlib import closing

import httpx
import pytest
from fakes import fake_settings
from fakes_accounts import PASSWORD, open_fake
from starlette.requests import Request
from starlette.responses import JSONResponse
from test_web_signing_in import Browser as _Browser

from rag.errors import SettingsError
from ui.diagnosis import diagnose
from ui.web.guard import Guard
from ui.web.listening import check_address
from ui.web.server import _server
from ui.web.signing_in.layer import SignInLayer
from ui.web.signing_in.peer import Peer
from ui.web.signing_in.roll import Roll
from ui.web.visitor import visitor_of

PROXY = "172.18.0.5"
NAMED = {"x-remote-user": "zhaoyun", "x-remote-groups": "法规处, it".encode()}


class Browser(_Browser):
    """Comes from the address of the proxy, or from another."""

    async def _send(self, method, path, client=PROXY, **how):
        transport = httpx.ASGITransport(self.app, client=(client, 1))
        cookies = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        async with httpx.AsyncClient(transport=transport, base_url=self.origin) as browser:
            headers = httpx.Headers(how.pop("headers", {}))
            headers.update({"cookie": cookies} if cookies else {})
            answer = await browser.request(method, path, headers=headers, **how)
        for header in answer.headers.get_list("set-cookie"):
            name, _, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer


@pytest.fixture
def settings(tmp_path):
    return fake_settings(
        tmp_path, proxy_user_header="X-Remote-User", proxy_groups_header="X-Remote-Groups", proxy_trusted="172.18.0.0/24, ::1",
        sign_on_admin_group="it",
    )  # fmt: skip


def inner_layer(settings):
    async def inner(scope, receive, send):
        visitor = visitor_of(Request(scope))
        said = {
            "name": visitor.name,
            "groups": sorted(visitor.viewer.groups),
            "roles": len(visitor.viewer.roles),
        }
        await JSONResponse(said)(scope, receive, send)

    return SignInLayer(Guard(inner), Roll(settings))


@pytest.fixture
def browser(settings):
    return Browser(Peer(inner_layer(settings)))


def test_whom_the_proxy_names_is_in_with_their_groups_at_every_request(browser, settings):
    with closing(open_fake(settings.data)) as accounts:
        accounts.add("boss", role="admin", password=PASSWORD)
    said = browser.send("GET", "/", headers=dict(NAMED)).json()
    assert said == {"name": "zhaoyun", "groups": ["it", "法规处"], "roles": 3}
    assert browser.send("GET", "/", headers={"x-remote-user": "zhaoyun"}).json() == {
        "name": "zhaoyun",
        "groups": [],
        "roles": 1,
    }
    assert browser.send("GET", "/", headers={"x-remote-user": "赵云".encode()}).json()["name"] == "赵云"
    assert browser.send("POST", "/api/v1/ask", headers=dict(NAMED)).json()["name"] == "zhaoyun"
    with closing(open_fake(settings.data)) as accounts:
        added = [line.about.split()[0] for line in accounts.audit_log() if line.what == "account_added"]
    assert added[-2:] == ["zhaoyun", "赵云"]


@pytest.mark.parametrize("client", ["203.0.113.9", "127.0.0.1", "172.18.1.5", "::2"])
@pytest.mark.parametrize("path", ["/", "/api/v1/ask", "/config", "/sign-in"])
def test_the_header_from_any_other_address_is_refused(browser, client, path):
    for headers in (NAMED, {"x-remote-groups": "it"}, {"x-remote-user": ""}):
        assert browser.send("GET", path, client=client, headers=dict(headers)).status_code == 403
    assert browser.send("GET", "/", client=client).status_code == 303


@pytest.mark.parametrize("hosts", [None, "*", "203.0.113.9", "172.18.0.0/24"])
def test_nobody_becomes_the_proxy_by_saying_whom_they_stand_for(monkeypatch, settings, hosts):
    if hosts:
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", hosts)
    browser = Browser(Peer(inner_layer(settings)))
    forged = NAMED | {"x-forwarded-for": PROXY}
    assert browser.send("GET", "/", client="203.0.113.9", headers=forged).status_code == 403
    # And the proxy stays one, although the address becomes that of the person.
    honest = NAMED | {"x-forwarded-for": "198.51.100.7"}
    assert browser.send("GET", "/", headers=honest).json()["name"] == "zhaoyun"


def test_uvicorn_itself_leaves_the_address_alone():
    """It stands outside of every layer: what it had rewritten nobody could tell from the truth."""
    assert _server(None, "127.0.0.1", 1).config.proxy_headers is False


def test_without_the_layer_that_keeps_the_peer_nobody_is_believed(settings):
    assert Browser(inner_layer(settings)).send("GET", "/", headers=dict(NAMED)).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        [("x-remote-user", "zhaoyun"), ("x-remote-user", "admin")],
        [("x-remote-user", b"\xff\xfe")],
        [("x-remote-user", "a"), ("x-remote-groups", "g," * 500)],
    ],
)
def test_a_header_that_can_be_read_in_two_ways_is_refused(browser, headers):
    assert browser.send("GET", "/", headers=httpx.Headers(headers)).status_code == 403


def test_without_the_header_people_sign_in_with_passwords(browser, settings):
    with closing(open_fake(settings.data)) as accounts:
        accounts.add("boss", role="admin", password=PASSWORD)
    assert browser.send("GET", "/", headers={"x-remote-user": " "}).status_code == 303
    assert browser.sign_in("boss").status_code == 303
    assert browser.send("GET", "/").json()["name"] == "boss"
    # Whom the proxy names counts for more than a cookie.
    assert browser.send("GET", "/", headers=dict(NAMED)).json()["name"] == "zhaoyun"


def test_the_proxy_cannot_name_who_has_a_password_or_is_disabled(browser, settings):
    with closing(open_fake(settings.data)) as accounts:
        accounts.add("boss", role="admin", password=PASSWORD)
        accounts.add("gone", password=None)
        accounts.change("gone", disabled=True)
    english = {"accept-language": "en"}
    said = browser.send("GET", "/", headers=english | {"x-remote-user": "boss"})
    assert (said.status_code, "signs in with a password here" in said.text) == (403, True)
    assert "is disabled" in browser.send("GET", "/", headers=english | {"x-remote-user": "gone"}).text
    answer = browser.send("GET", "/api/v1/ask", headers=english | {"x-remote-user": "gone"})
    assert (answer.status_code, set(answer.json()["error"])) == (403, {"message", "fix"})


def test_another_site_cannot_use_what_the_proxy_adds(browser):
    evil = NAMED | {"origin": "https://evil.example"}
    assert browser.send("POST", "/gradio_api/queue/join", headers=evil).status_code == 403


def test_who_came_through_the_proxy_is_sent_there_to_leave(browser):
    answer = browser.send("POST", "/sign-out", headers=NAMED | {"accept-language": "en"})
    assert "Sign out there" in answer.text
    assert (
        "single sign-on" in browser.send("GET", "/password", headers=NAMED | {"accept-language": "en"}).text
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"proxy_trusted": None}, "needs POLICYQA_PROXY_TRUSTED"),
        ({"proxy_trusted": " , "}, "needs POLICYQA_PROXY_TRUSTED"),
        ({"proxy_trusted": "proxy.example"}, "POLICYQA_PROXY_TRUSTED: 'proxy.example'"),
        ({"proxy_trusted": "10.0.0.1/8"}, "host bits"),
        ({"proxy_user_header": None}, "needs POLICYQA_PROXY_USER_HEADER"),
    ],
)
def test_half_a_setting_is_refused_before_anything_is_served(settings, changed, said):
    with pytest.raises(SettingsError, match=said):
        Roll(settings.model_copy(update=changed))


def test_other_addresses_are_served_where_a_proxy_signs_people_in(monkeypatch, tmp_path):
    monkeypatch.setenv("POLICYQA_PROXY_USER_HEADER", "X-Remote-User")
    monkeypatch.setenv("POLICYQA_PROXY_TRUSTED", PROXY)
    check_address("0.0.0.0", 0, False, tmp_path)


def test_doctor_names_the_header(settings):
    facts = diagnose(settings).facts["用户 accounts"]
    assert facts["besides passwords"] == "header X-Remote-User from 172.18.0.0/24, ::1"
