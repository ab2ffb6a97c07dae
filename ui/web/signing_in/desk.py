"""What the forms do: sign in, sign out, change the own password."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from rag.accounts import Account, Accounts
from rag.errors import PolicyQAError, SignInRefused
from rag.text import Lang
from ui.labels import label
from ui.web.signing_in.cookies import (
    fits,
    form_cookie,
    form_secret,
    form_token,
    language,
    session_token,
    set_form_cookie,
    set_language,
    set_session,
)
from ui.web.signing_in.origin import own_path
from ui.web.signing_in.sheet import PASSWORD, SIGN_IN, SIGN_OUT, password_sheet, sign_in_sheet, told_sheet

_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    # With no-referrer a browser would not say either where a form was sent from.
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
_SEE_OTHER, _WRONG, _FORBIDDEN, _NOT_ALLOWED = 303, 401, 403, 405
_MOST_FIELDS = 10


class Desk:
    """Answers the requests to its forms; each call takes as long as hashing a password takes."""

    def __init__(
        self,
        accounts: Accounts,
        account: Account | None,
        request: Request,
        body: bytes,
        *,
        sign_on: bool = False,
    ) -> None:
        """Take one request.

        Args:
            accounts: All.
            account: Of the person who is signed in; None for nobody.
            request: With its headers and address; its body is not read.
            body: The form as it was sent; empty without one.
            sign_on: Offer single sign-on.
        """
        self._sign_on = sign_on
        self._accounts, self._account, self._request = accounts, account, request
        self._sent: Mapping[str, str] = _fields(body)
        self._lang: Lang = language(request)
        self._token = session_token(request)
        self._address = request.client.host if request.client else ""

    def answer(self) -> Response:
        """Return what the browser gets."""
        path, method = self._request.scope["path"], self._request.method
        if method not in ("GET", "HEAD", "POST"):
            return Response(status_code=_NOT_ALLOWED, headers={"allow": "GET, POST"} | _HEADERS)
        posted = method == "POST"
        if path == SIGN_IN:
            return self._sign_in() if posted else self._sign_in_form()
        if self._account is None:
            return _to(f"{SIGN_IN}?next={PASSWORD if path == PASSWORD else '/'}")
        if path == SIGN_OUT:
            return self._sign_out() if posted else self._told("sign_out", "sign_out_how")
        return self._password(self._account) if posted else self._password_form(self._account)

    def _sign_in_form(self, trouble: str = "", status: int = 200, wait_s: float = 0.0) -> Response:
        to = own_path(self._sent.get("next") or self._request.query_params.get("next"))
        if self._account is not None and not trouble:
            return _to(to)
        tie = form_cookie(self._request)
        page = sign_in_sheet(
            self._lang, form_token(tie), to=to, name=self._sent.get("name", "")[:200], trouble=trouble, sign_on=self._sign_on
        )  # fmt: skip
        response = self._page(page, status)
        set_form_cookie(response, self._request, tie)
        if wait_s:
            response.headers["retry-after"] = str(int(wait_s) + 1)
        return response

    def _sign_in(self) -> Response:
        if not fits(form_secret(self._request), self._sent.get("csrf", "")):
            return self._sign_in_form(self._word("stale"), _FORBIDDEN)
        try:
            session = self._accounts.sign_in(
                self._sent.get("name", ""),
                self._sent.get("password", ""),
                address=self._address,
                token=self._token,
            )
        except SignInRefused as refused:
            return self._sign_in_form(_said(refused, self._lang), _WRONG, refused.wait_s)
        # Whoever signs in as somebody else has left.
        if self._account is not None:
            self._accounts.sign_out(self._token, address=self._address)
        response = _to(own_path(self._sent.get("next")))
        set_session(response, self._request, session.token)
        set_language(response, self._lang)
        return response

    def _sign_out(self) -> Response:
        if not self._token:
            return self._told("sign_out", "sign_out_elsewhere")
        if not fits(self._token, self._sent.get("csrf", "")):
            return self._told("sign_out", "stale", _FORBIDDEN)
        self._accounts.sign_out(self._token, address=self._address)
        response = _to(SIGN_IN)
        # What the page kept in this browser; heeded over https and on this machine, elsewhere the page's script does it.
        response.headers["clear-site-data"] = '"cache", "storage"'
        return response

    def _password_form(self, account: Account, trouble: str = "", status: int = 200) -> Response:
        if account.external:
            return self._told("password", "external")
        page = password_sheet(self._lang, form_token(self._token), account.name, trouble=trouble)
        return self._page(page, status)

    def _password(self, account: Account) -> Response:
        if not fits(self._token, self._sent.get("csrf", "")):
            return self._password_form(account, self._word("stale"), _FORBIDDEN)
        if self._sent.get("new", "") != self._sent.get("again", ""):
            return self._password_form(account, self._word("differ"), _WRONG)
        try:
            self._accounts.confirm(
                account, self._sent.get("old", ""), address=self._address, token=self._token
            )
            self._accounts.set_password(
                account.name,
                self._sent.get("new", ""),
                keep=self._token,
                by=account.name,
                address=self._address,
            )
        except PolicyQAError as error:
            return self._password_form(account, _said(error, self._lang), _WRONG)
        return self._page(password_sheet(self._lang, "", account.name, done=True))

    def _told(self, kind: str, key: str, status: int = 200) -> Response:
        return self._page(told_sheet(kind, self._lang, self._word(key)), status)

    def _page(self, html: str, status: int = 200) -> Response:
        response = HTMLResponse(html, status, _HEADERS)
        if self._request.query_params.get("lang"):
            set_language(response, self._lang)
        return response

    def _word(self, key: str) -> str:
        return label(f"sign_in.{key}", self._lang)


def sign_in_first(request: Request) -> Response:
    """Lead to the form a browser that wanted a page, and tell anything else that nobody is signed in."""
    wants_page = request.url.path == "/" or "text/html" in request.headers.get("accept", "")
    if request.method in ("GET", "HEAD") and wants_page:
        query = f"?{request.url.query}" if request.url.query else ""
        # Quoted as a whole: the query of the page must not become that of the form.
        return _to(f"{SIGN_IN}?next={quote(own_path(request.url.path + query), safe='')}")
    return refusal(_WRONG, "sign in first")


def told(error: PolicyQAError, lang: Lang, status: int) -> Response:
    """Return a page that says what went wrong on the way in, and leads back to the form."""
    return HTMLResponse(told_sheet("sign_in", lang, _said(error, lang), to=SIGN_IN), status, _HEADERS)


def refusal(status: int, detail: str) -> Response:
    """Return a refusal for a program."""
    return Response(
        f'{{"detail":"{detail}"}}',
        status,
        {"cache-control": "no-store", "x-policyqa": "sign-in"},
        media_type="application/json",
    )


def _to(address: str) -> Response:
    return RedirectResponse(address, _SEE_OTHER, _HEADERS)


def _said(error: PolicyQAError, lang: Lang) -> str:
    message, fix = error.words(lang)
    return f"{message}{'' if lang == 'zh' else ' '}{fix[:1].upper()}{fix[1:]}{'。' if lang == 'zh' else '.'}"


def _fields(body: bytes) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}
