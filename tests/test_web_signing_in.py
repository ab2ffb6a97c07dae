"""Signing in over plain HTTP: without a session every door of the page is shut."""

import asyncio
import json
import re
import time
from contextlib import closing

import httpx
import pytest
from browser import free_port, serving
from fakes import fake_settings
from fakes_accounts import OTHER, PASSWORD, open_fake, with_people
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from rag.errors import AccessRefused
from rag.schema import Viewer
from ui.diagnosis import diagnose
from ui.web.guard import Guard
from ui.web.listening import check_address
from ui.web.signing_in.badge import badge
from ui.web.signing_in.layer import SignInLayer
from ui.web.signing_in.origin import own_path
from ui.web.signing_in.roll import Roll
from ui.web.signing_in.tabs import Tabs
from ui.web.visitor import Visitor, visitor_of

OPEN = {"/sign-in", "/sign-in.css"}
ALIVE = {"/healthz", "/readyz"}
PROGRAMS = ["/api/x", "/v1/x", "/mcp", "/metrics", "/signin/oidc", "/signin/oidc/callback"]
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def data(tmp_path):
    """A data folder in which three people have accounts; their passwords hash fast."""
    with_people(open_fake(tmp_path, clock=None)).close()
    return tmp_path


@pytest.fixture
def layer(data):
    """The layer before an application that says who visits it."""

    async def inner(scope, receive, send):
        request = Request(scope, receive)
        body = (await request.body()).decode()
        await PlainTextResponse(f"{visitor_of(request).name} {body}")(scope, receive, send)

    return SignInLayer(Guard(inner), Roll(fake_settings(data)), "https://policy.example.org")


class Browser:
    """Keeps cookies, and calls an ASGI application."""

    def __init__(self, app, origin="http://page.test"):
        self.app, self.origin, self.cookies = app, origin, {}

    def send(self, method, path, **how):
        return asyncio.run(self._send(method, path, **how))

    async def _send(self, method, path, **how):
        how.setdefault("headers", {})
        if self.cookies:
            how["headers"]["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        transport = httpx.ASGITransport(self.app, client=("198.51.100.7", 1))
        async with httpx.AsyncClient(transport=transport, base_url=self.origin) as client:
            answer = await client.request(method, path, **how)
        for header in answer.headers.get_list("set-cookie"):
            name, _, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer

    def csrf(self, path):
        return re.search('name="csrf" value="([^"]+)"', self.send("GET", path).text)[1]

    def sign_in(self, name="lihua", password=PASSWORD, to="/", **how):
        form = {"csrf": self.csrf("/sign-in"), "name": name, "password": password, "next": to}
        return self.send("POST", "/sign-in", data=form, **how)


@pytest.fixture
def browser(layer):
    return Browser(layer)


def test_without_accounts_all_is_as_before(tmp_path):
    async def inner(scope, receive, send):
        await PlainTextResponse("the page")(scope, receive, send)

    browser = Browser(SignInLayer(inner, Roll(fake_settings(tmp_path))))
    assert browser.send("GET", "/").text == "the page"
    assert browser.send("GET", "/sign-in").headers["location"] == "/"
    assert not (tmp_path / "accounts.sqlite").exists()


def test_the_first_account_shuts_the_door_at_once_and_it_stays_shut(tmp_path):
    roll = Roll(fake_settings(tmp_path))
    assert not roll.is_on
    with closing(open_fake(tmp_path)):
        assert not roll.is_on
    with_people(open_fake(tmp_path)).close()
    assert roll.is_on
    (tmp_path / "accounts.sqlite").unlink()
    assert roll.is_on
    assert Roll(fake_settings(tmp_path / "none"), required=True).is_on


def test_a_page_leads_to_the_form_and_anything_else_is_refused(browser):
    asked = browser.send("GET", "/?doc=b1&loc=第一条")
    assert asked.status_code == 303
    assert httpx.URL(asked.headers["location"]).params["next"] == "/?doc=b1&loc=%E7%AC%AC%E4%B8%80%E6%9D%A1"
    for method, path in [
        ("POST", "/gradio_api/queue/join"),
        ("GET", "/config"),
        ("GET", "/assets/a.js"),
        ("POST", "/"),
    ]:
        assert browser.send(method, path).status_code == 401


def test_a_person_signs_in_and_out_and_the_old_cookie_is_worth_nothing(browser, data):
    answer = browser.sign_in(to="/?doc=b1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?doc=b1")
    cookie = next(h for h in answer.headers.get_list("set-cookie") if h.startswith("policyqa_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    home = browser.send("GET", "/")
    assert home.text.startswith("lihua")
    assert home.headers["cache-control"] == "no-store"
    token = browser.cookies["policyqa_session"]
    page = browser.csrf("/password")
    left = browser.send("POST", "/sign-out", data={"csrf": page})
    assert left.headers["location"] == "/sign-in"
    assert "storage" in left.headers["clear-site-data"]
    browser.cookies["policyqa_session"] = token
    assert browser.send("GET", "/").status_code == 303
    with closing(open_fake(data)) as accounts:
        said = [(line.who, line.what, line.address) for line in accounts.audit_log()]
    assert ("lihua", "sign_in", "198.51.100.7") in said
    assert ("lihua", "sign_out", "198.51.100.7") in said


def test_over_https_the_cookies_are_bound_to_this_very_host(layer):
    browser = Browser(layer, "https://page.test")
    answer = browser.sign_in()
    assert all("Secure" in h for h in answer.headers.get_list("set-cookie") if "session" in h)
    assert browser.send("GET", "/").text.startswith("lihua")
    # A name that any page of a neighbouring host could have set.
    browser.cookies = {"policyqa_session": browser.cookies["__Host-policyqa_session"]}
    assert browser.send("GET", "/").status_code == 303


@pytest.mark.parametrize("name", ["lihua", "nobody of this name", "sso"])
def test_whoever_is_refused_hears_the_same_words(browser, name):
    answer = browser.sign_in(name, "nothing like it")
    assert answer.status_code == 401
    assert "用户名或密码不正确。请再试一次。" in answer.text
    assert browser.send("GET", "/").status_code == 303


def test_many_attempts_have_to_wait_and_are_told_how_long(browser):
    for _ in range(5):
        answer = browser.sign_in("lihua", "nothing like it", headers={"accept-language": "en"})
    assert re.search(r"(Try again in|请在) \d+ (s|秒)", answer.text)
    assert int(answer.headers["retry-after"]) >= 1


def test_a_form_without_its_tie_signs_nobody_in(browser):
    csrf = browser.csrf("/sign-in")
    browser.cookies.clear()
    form = {"csrf": csrf, "name": "lihua", "password": PASSWORD}
    answer = browser.send("POST", "/sign-in", data=form)
    assert answer.status_code == 403
    assert "policyqa_session" not in browser.cookies
    assert 'value="lihua"' in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://page.test"}, 303),
        ({"origin": "https://policy.example.org"}, 303),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 303),
    ],
)
def test_no_other_site_can_send_a_form(browser, headers, status):
    assert browser.sign_in(headers=headers).status_code == status


def test_no_other_site_can_call_the_page_or_sign_somebody_out(browser):
    browser.sign_in()
    evil = {"origin": "https://evil.example"}
    assert browser.send("POST", "/gradio_api/queue/join", json={}, headers=evil).status_code == 403
    assert browser.send("POST", "/sign-out", data={"csrf": "guessed"}).status_code == 403
    assert browser.send("GET", "/sign-out").status_code == 200
    assert browser.send("GET", "/").text.startswith("lihua")


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/?doc=b1", "/?doc=b1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nset-cookie: x", "/"),
        ("/\t/evil.example", "/"),
        (None, "/"),
    ],
)
def test_after_signing_in_one_stays_on_this_server(wanted, path):
    assert own_path(wanted) == path


def test_nothing_that_is_typed_becomes_markup(browser):
    form = {
        "csrf": browser.csrf(f"/sign-in?next=/{HOSTILE}"),
        "name": HOSTILE,
        "password": "x",
        "next": f"/{HOSTILE}",
    }
    answer = browser.send("POST", "/sign-in", data=form)
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in badge(Visitor("user:1", Viewer(), HOSTILE, HOSTILE), "zh")


def test_forms_speak_the_language_of_the_browser_until_another_is_chosen(browser):
    english = {"accept-language": "fr, en;q=0.8, zh;q=0.5"}
    assert 'lang="en"' in browser.send("GET", "/sign-in", headers=dict(english)).text
    assert "登录" in browser.send("GET", "/sign-in?lang=zh", headers=dict(english)).text
    assert "登录" in browser.send("GET", "/sign-in", headers=dict(english)).text


def test_a_password_is_changed_by_who_knows_it_and_other_sessions_end(layer, data):
    browser, elsewhere = Browser(layer), Browser(layer)
    browser.sign_in()
    elsewhere.sign_in()

    def change(old, new, again):
        form = {"csrf": browser.csrf("/password"), "old": old, "new": new, "again": again}
        return browser.send("POST", "/password", data=form)

    assert "两次输入" in change(PASSWORD, OTHER, PASSWORD).text
    assert change("nothing like it", OTHER, OTHER).status_code == 401
    assert change(PASSWORD, "short", "short").status_code == 401
    assert "密码已修改" in change(PASSWORD, OTHER, OTHER).text
    assert browser.send("GET", "/").text.startswith("lihua")
    assert elsewhere.send("GET", "/").status_code == 303
    assert elsewhere.sign_in(password=OTHER).status_code == 303
    with closing(open_fake(data)) as accounts:
        assert ("lihua", "password_changed") in [(line.who, line.what) for line in accounts.audit_log()]


def test_a_tab_that_one_person_left_open_is_not_the_next_ones(browser):
    browser.sign_in()
    call = {"session_hash": "abc", "data": []}
    assert (
        browser.send("POST", "/gradio_api/queue/join", json=call).text
        == f"lihua {httpx.Request('POST', 'http://x', json=call).content.decode()}"
    )
    browser.send("POST", "/sign-out", data={"csrf": browser.csrf("/password")})
    browser.sign_in("王芳")
    assert browser.send("POST", "/gradio_api/queue/join", json=call).status_code == 401
    assert browser.send("GET", "/gradio_api/queue/data?session_hash=abc").status_code == 401
    assert browser.send("GET", "/gradio_api/queue/data?session_hash=own").status_code == 200
    tabs = Tabs()
    assert tabs.claim("a", "one")
    assert not tabs.claim("a", "other")


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=https://evil.example/x.png",
        "/gradio_api/file/HTTP://evil.example/x",
        "/gradio_api/proxy=https://evil.example/",
    ],
)
def test_nothing_is_fetched_from_another_host_and_handed_on(browser, path):
    browser.sign_in()
    assert browser.send("GET", path).status_code == 404


def test_a_call_is_looked_at_whatever_its_type_says_besides(browser):
    first, second = {"session_hash": "tab1", "data": []}, {"content-type": "application/json; x=multipart/"}
    browser.sign_in()
    assert browser.send("POST", "/gradio_api/queue/join", json=first).status_code == 200
    other = Browser(browser.app)
    other.sign_in("王芳")
    stolen = other.send("POST", "/gradio_api/queue/join", content=json.dumps(first), headers=dict(second))
    assert stolen.status_code == 401
    assert other.send("GET", "/gradio_api/heartbeat/tab1").status_code == 401


def test_only_editors_may_upload_and_a_form_has_a_limit(layer):
    reader, editor = Browser(layer), Browser(layer)
    with closing(open_fake(layer._roll.settings.data)) as accounts:
        accounts.add("reader", password=PASSWORD)
    reader.sign_in("reader")
    editor.sign_in("lihua")
    assert reader.send("POST", "/gradio_api/upload", content=b"x").status_code == 403
    assert editor.send("POST", "/gradio_api/upload", content=b"x").status_code == 200
    assert reader.send("POST", "/password", content=b"x" * 20_000).status_code == 413


def test_a_disabled_account_is_out_at_its_next_request(browser, data):
    browser.sign_in()
    with closing(open_fake(data)) as accounts:
        accounts.change("lihua", disabled=True)
    assert browser.send("GET", "/").status_code == 303


def test_accounts_that_cannot_be_read_let_nobody_in(tmp_path):
    (tmp_path / "accounts.sqlite").write_text(
        "no database at all, but long enough to look like one" * 20, encoding="utf-8"
    )

    async def inner(scope, receive, send):
        await PlainTextResponse("the page")(scope, receive, send)

    assert Browser(SignInLayer(inner, Roll(fake_settings(tmp_path)))).send("GET", "/").status_code == 503


def test_another_address_is_served_where_people_have_accounts(data, tmp_path_factory):
    check_address("0.0.0.0", free_port(), False, data)
    with pytest.raises(AccessRefused, match="nobody has an account") as caught:
        check_address("0.0.0.0", free_port(), False, tmp_path_factory.mktemp("none"))
    assert "policyqa user add" in caught.value.fix


def test_where_accounts_are_needed_this_machine_is_not_served_without_one_either(
    data, tmp_path_factory, call
):
    check_address("127.0.0.1", free_port(), False, data, need_accounts=True)
    done = call("web", "--need-accounts", "--port", free_port(), "--data", tmp_path_factory.mktemp("none"))
    assert (done.status, done.out) == (1, "")
    assert "policyqa user add NAME --role admin" in done.err
    assert call("web", "--need-accounts", "--allow-open", "--data", data).status == 2


def test_doctor_counts_the_accounts(data, tmp_path_factory):
    assert diagnose(fake_settings(data)).facts["用户 accounts"] == {
        "accounts": 3,
        "admins": 1,
        "sign-in": "on",
    }
    nobody = tmp_path_factory.mktemp("none")
    assert diagnose(fake_settings(nobody)).facts["用户 accounts"]["sign-in"] == "off"
    assert not (nobody / "accounts.sqlite").exists()


@pytest.mark.timeout(120)
def test_no_door_of_the_page_opens_without_a_session(data):
    doors = data / "doors"
    code = f"""
from pathlib import Path
import uvicorn
from fake_assistant import FakeAssistant
from ui.web.server import application
app = application(FakeAssistant(), records=Path({str(data)!r}))
def paths(found):
    for route in found:
        yield getattr(route, "path", "/") or "/"
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        yield from paths(getattr(inner, "routes", None) or [])
Path({str(doors)!r}).write_text("\\n".join(sorted(set(paths(app.routes)))) + "\\nend")
uvicorn.run(app, port=PORT, log_level="warning")
"""
    with serving(code) as address, httpx.Client(base_url=address, timeout=20) as client:
        while not doors.exists() or not doors.read_text(encoding="utf-8").endswith("\nend"):
            time.sleep(0.1)
        paths = doors.read_text(encoding="utf-8").split("\n")[:-1]
        under = [f"/gradio_api{path}" for path in paths if not path.startswith("/gradio_api")]
        assert len(paths) > 40
        for path in [
            *paths,
            *under,
            *OPEN,
            *ALIVE,
            *PROGRAMS,
            "/gradio_api/queue/join",
            "/gradio_api/upload",
        ]:
            filled = re.sub(r"\{[^}]+\}", "x", path)
            for method in ("GET", "POST"):
                status = client.request(method, filled).status_code
                wanted = {200, 403} if filled in OPEN else {303, 401}
                if filled in ALIVE and method == "GET":
                    wanted = {200, 404, 503}
                assert status in wanted, (method, filled, status)
