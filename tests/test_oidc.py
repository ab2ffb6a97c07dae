"""Single sign-on with an OpenID Connect provider: out, back, and everything that must not be believed."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from contextlib import closing

import httpx
import pytest
from browser import free_port
from fake_provider import CLIENT, SECRET, new_key, providing, query_of
from fakes import fake_settings
from fakes_accounts import PASSWORD, open_fake
from joserfc import jwt
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from test_web_signing_in import Browser

from rag.errors import SettingsError
from ui.diagnosis import diagnose
from ui.web.signing_in.layer import SignInLayer
from ui.web.signing_in.roll import Roll, someone_can_sign_in
from ui.web.visitor import visitor_of


@pytest.fixture(scope="module")
def server():
    with providing(free_port()) as found:
        yield found


@pytest.fixture
def provider(server):
    kept = dict(vars(server))
    server.claims, server.more = dict(server.claims), {}
    yield server
    vars(server).update(kept)


@pytest.fixture
def settings(provider, tmp_path):
    return fake_settings(
        tmp_path, oidc_issuer=provider.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET,
        oidc_groups_claim="groups", sign_on_admin_group="it", sign_on_editor_group="法规处",
    )  # fmt: skip


def layer_of(settings):
    async def inner(scope, receive, send):
        visitor = visitor_of(Request(scope))
        said = f"{visitor.name} {sorted(visitor.viewer.groups)} {sorted(visitor.viewer.roles)}"
        await PlainTextResponse(said)(scope, receive, send)

    return SignInLayer(inner, Roll(settings))


@pytest.fixture
def browser(settings):
    return Browser(layer_of(settings))


def out(browser, to="/"):
    """Go to the provider, and return the address to which it leads back."""
    answer = browser.send("GET", f"/signin/oidc?next={to}")
    assert answer.status_code == 303, answer.text
    return httpx.get(answer.headers["location"]).headers["location"]


def back(browser, address):
    return browser.send("GET", address.removeprefix("http://page.test"), headers={"accept-language": "en"})


def sign_on(browser, to="/"):
    return back(browser, out(browser, to))


def test_a_person_of_the_provider_comes_in_and_leaves(browser, provider, settings):
    provider.claims |= {"groups": ["/法规处", "not a group!"]}
    assert "/signin/oidc?next=%2F%3Fdoc%3Db1" in browser.send("GET", "/sign-in?next=/?doc=b1").text
    answer = sign_on(browser, "/?doc=b1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?doc=b1")
    assert browser.send("GET", "/").text == "zhaoyun ['法规处'] ['editor', 'reader']"
    asked = provider.asked[-1]
    assert (asked["scope"], asked["response_type"], asked["code_challenge_method"]) == ("openid profile email", "code", "S256")  # fmt: skip
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert browser.cookies["policyqa_sign_on"] in ("", '""')
    browser.send("POST", "/sign-out", data={"csrf": ""})
    with closing(open_fake(settings.data)) as accounts:
        assert accounts.find("zhaoyun").external
        assert [line.what for line in accounts.audit_log()][:2] == ["account_added", "sign_in"]


def test_groups_and_role_are_those_of_the_last_sign_in(browser, provider):
    provider.claims |= {"groups": ["it", "办公室"]}
    sign_on(browser)
    assert browser.send("GET", "/").text == "zhaoyun ['it', '办公室'] ['admin', 'editor', 'reader']"
    provider.claims = {"sub": "7", "preferred_username": "other", "groups": ["it"]}
    sign_on(browser)
    provider.claims = {"sub": "42", "preferred_username": "zhaoyun"}
    sign_on(browser)
    assert browser.send("GET", "/").text == "zhaoyun [] ['reader']"


def test_what_the_token_lacks_is_asked_for_of_the_same_person_only(browser, provider):
    provider.claims = {"sub": "42"}
    provider.userinfo = {"sub": "42", "preferred_username": "zhaoyun", "groups": "法规处"}
    assert sign_on(browser).status_code == 303
    assert browser.send("GET", "/").text.startswith("zhaoyun ['法规处']")
    provider.userinfo = {"sub": "43", "preferred_username": "somebody else"}
    assert "the claim sub" in sign_on(browser).text


def test_after_the_provider_changes_its_key_the_new_one_holds_at_once(browser, provider):
    assert sign_on(browser).status_code == 303
    old, provider.key = provider.key, new_key("two")
    assert sign_on(browser).status_code == 303
    provider.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "two"}, claims, old)
    assert sign_on(browser).status_code == 401


def part(value):
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(provider, claims):
    return f"{part({'alg': 'none'})}.{part(claims)}."


def by_public_key(provider, claims):
    text = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(claims)}"
    mac = hmac.digest(provider.key.as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def by_another_key(provider, claims):
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, new_key("one"))


def meddled(provider, claims):
    head, _, signature = provider.signed(claims).split(".")
    return f"{head}.{part(claims | {'preferred_username': 'admin'})}.{signature}"


@pytest.mark.parametrize(
    "sign", [unsigned, by_public_key, by_another_key, meddled, lambda *_: "no.token", lambda *_: ""]
)
def test_a_token_that_the_provider_has_not_signed_lets_nobody_in(browser, provider, sign):
    provider.sign = lambda claims: sign(provider, claims)
    answer = sign_on(browser)
    assert answer.status_code == 401
    assert "cannot be believed" in answer.text
    assert browser.send("GET", "/").status_code == 303


NOW = int(time.time())


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"aud": "another client"}, "the claim aud"), ({"aud": [CLIENT, "another"]}, "the claim azp"), ({"azp": "another"}, "the claim azp"),
        ({"iss": "http://127.0.0.1:1"}, "the claim iss"), ({"nonce": "another"}, "the claim nonce"), ({"nonce": None}, "the claim nonce"),
        ({"exp": NOW - 120}, "the clocks"), ({"iat": NOW + 3600}, "the clocks"), ({"nbf": NOW + 3600}, "the clocks"),
        ({"exp": None}, "the claim exp"), ({"iat": None}, "the claim iat"), ({"sub": None}, "the claim sub"), ({"aud": None}, "the claim aud"),
        ({"iss": None}, "the claim iss"), ({"exp": "tomorrow"}, "the claim exp"), ({"preferred_username": " "}, "the claim preferred_username"),
        ({"preferred_username": ["a"]}, "the claim preferred_username"), ({"preferred_username": "a\nb"}, "name"),
    ],
)  # fmt: skip
def test_a_token_with_a_wrong_claim_lets_nobody_in(browser, provider, claims, said):
    provider.claims |= claims
    answer = sign_on(browser)
    assert answer.status_code == 401
    assert said in answer.text
    assert browser.send("GET", "/").status_code == 303


def test_clocks_may_differ_by_less_than_a_minute(browser, provider):
    provider.claims |= {"iat": int(time.time()) + 30, "exp": int(time.time()) - 30}
    assert sign_on(browser).status_code == 303


def test_an_answer_is_good_once_and_for_the_browser_that_asked(browser, provider):
    address = out(browser)
    attempt = browser.cookies["policyqa_sign_on"]
    stranger = Browser(browser.app)
    assert "belongs to no attempt" in back(stranger, address).text
    forged = address.replace(query_of(address)["state"], "guessed")
    assert "belongs to no attempt" in back(browser, forged).text
    browser.cookies["policyqa_sign_on"] = attempt
    assert back(browser, address).status_code == 303
    assert "belongs to no attempt" in back(browser, address).text
    # Also with the cookie brought back: the provider takes a code once.
    browser.cookies["policyqa_sign_on"] = attempt
    assert "invalid_grant" in back(browser, address).text
    for garbage in (
        "",
        "%%%",
        urlsafe_b64encode(b"[]").decode(),
        urlsafe_b64encode(b'["","","","/"]').decode(),
    ):
        browser.cookies["policyqa_sign_on"] = garbage
        assert back(browser, "/signin/oidc/callback?code=x&state=").status_code == 401


def test_an_answer_of_another_provider_is_not_taken(browser):
    assert "belongs to no attempt" in back(browser, out(browser) + "&iss=https://evil.example").text


def test_whom_the_provider_denies_is_told_so(browser, provider):
    provider.denies = "access_denied"
    answer = sign_on(browser)
    assert (answer.status_code, "(access_denied)" in answer.text) == (401, True)
    provider.denies = "<script>\n"
    assert "<script" not in sign_on(browser).text


def test_a_provider_that_is_down_is_named_and_passwords_still_work(browser, provider, settings):
    with closing(open_fake(settings.data)) as accounts:
        accounts.add("boss", role="admin", password=PASSWORD)
    address = out(browser)
    provider.is_down = True
    answer = browser.send("GET", "/signin/oidc")
    assert (answer.status_code, provider.issuer in answer.text) == (401, True)
    assert "未正常应答" in answer.text
    assert back(browser, address).status_code == 401
    assert browser.sign_in("boss").status_code == 303


def test_the_name_of_an_account_with_a_password_is_not_taken_over(browser, provider, settings):
    with closing(open_fake(settings.data)) as accounts:
        accounts.add("Zhaoyun", role="admin", password=PASSWORD)
    assert "signs in with a password here" in sign_on(browser).text
    assert browser.send("GET", "/").status_code == 303


def test_a_disabled_person_stays_out(browser, settings):
    sign_on(browser)
    with closing(open_fake(settings.data)) as accounts:
        accounts.change("zhaoyun", disabled=True)
    assert browser.send("GET", "/").status_code == 303
    assert "is disabled" in sign_on(browser).text


def test_an_address_that_nobody_has_verified_is_no_name(browser, provider, tmp_path, settings):
    provider.claims |= {"email": "a@example.org", "email_verified": False}
    other = Browser(layer_of(settings.model_copy(update={"oidc_name_claim": "email"})))
    assert "not verified" in sign_on(other).text


def test_a_provider_that_calls_itself_otherwise_is_not_believed(browser, provider):
    provider.more = {"issuer": "https://evil.example"}
    assert browser.send("GET", "/signin/oidc").status_code == 401


def test_the_provider_may_stand_outside_only_if_that_is_allowed(provider, settings, browser):
    address = out(browser)
    provider.more = {"token_endpoint": "https://203.0.113.9/token"}
    assert "outside this machine" in back(browser, address).text
    far = settings.model_copy(update={"oidc_issuer": "https://203.0.113.9"})
    answer = Browser(layer_of(far)).send("GET", "/signin/oidc", headers={"accept-language": "en"})
    assert "POLICYQA_ALLOW_REMOTE=true" in answer.text
    plain = far.model_copy(update={"oidc_issuer": "http://203.0.113.9", "allow_remote": True})
    answer = Browser(layer_of(plain)).send("GET", "/signin/oidc", headers={"accept-language": "en"})
    assert "not reached by https" in answer.text


def test_a_secret_is_sent_as_the_provider_wants_it(browser, provider):
    provider.more = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert sign_on(browser).status_code == 303


def test_without_a_provider_its_addresses_are_as_any_other(tmp_path):
    browser = Browser(SignInLayer(None, Roll(fake_settings(tmp_path), required=True)))
    assert browser.send("GET", "/signin/oidc").status_code in (303, 401, 503)


def test_with_a_provider_everybody_signs_in_from_the_beginning(settings, browser):
    assert someone_can_sign_in(settings)
    assert browser.send("GET", "/").status_code == 303
    assert browser.send("POST", "/gradio_api/queue/join").status_code == 401


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"oidc_client_id": None}, "POLICYQA_OIDC_CLIENT_ID"), ({"oidc_scopes": "profile"}, "lacks openid")],
)
def test_half_a_setting_is_refused_before_anything_is_served(settings, changed, said):
    with pytest.raises(SettingsError, match=said):
        Roll(settings.model_copy(update=changed))


def test_doctor_names_the_provider(settings):
    found = diagnose(settings)
    assert found.facts["用户 accounts"]["besides passwords"] == f"single sign-on at {settings.oidc_issuer}"
    assert found.facts["用户 accounts"]["sign-in"] == "on"
    far = settings.model_copy(update={"oidc_issuer": "https://203.0.113.9", "allow_remote": True})
    assert any("https://203.0.113.9" in line for line in diagnose(far).destinations)
    shut = far.model_copy(update={"allow_remote": False})
    assert any("outside this machine" in message for message, _ in diagnose(shut).problems)
    half = settings.model_copy(update={"oidc_client_id": None})
    assert any("POLICYQA_OIDC_CLIENT_ID" in message for message, _ in diagnose(half).problems)
