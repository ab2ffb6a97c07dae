"""The forms as HTML: small pages made by the server, which need no script."""

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from urllib.parse import quote

from rag.text import Lang
from ui.labels import label

STYLE_PATH = "/sign-in.css"
SIGN_IN, SIGN_OUT, PASSWORD = "/sign-in", "/sign-out", "/password"
SIGN_ON, CALLBACK = "/signin/oidc", "/signin/oidc/callback"
_OTHER: dict[Lang, tuple[Lang, str]] = {"zh": ("en", "English"), "en": ("zh", "中文")}


def style() -> str:
    """Return the style sheet of the forms."""
    return files("ui.web.signing_in").joinpath("form.css").read_text(encoding="utf-8")


def sign_in_sheet(
    lang: Lang, csrf: str, *, to: str = "/", name: str = "", trouble: str = "", sign_on: bool = False
) -> str:
    """Return the form for signing in.

    Args:
        lang: Of its words.
        csrf: Ties it to the browser.
        to: Path to go to afterwards.
        name: As it was typed.
        trouble: Why it did not work, in words; empty for the first time.
        sign_on: Offer single sign-on.
    """
    other = f'<p class="other"><a href="{SIGN_ON}?next={escape(quote(to, safe=""))}">{_word("sign_on", lang)}</a></p>'
    fields = (
        _hidden("csrf", csrf)
        + _hidden("next", to)
        + _field("name", "text", "username", lang, value=name, first=not name)
        + _field("password", "password", "current-password", lang, first=bool(name))
    )
    return _sheet("sign_in", SIGN_IN, fields, lang, trouble=trouble, to=to, behind=other if sign_on else "")


def password_sheet(lang: Lang, csrf: str, name: str, *, trouble: str = "", done: bool = False) -> str:
    """Return the form with which a person changes the own password.

    Args:
        lang: Of its words.
        csrf: Ties it to the session.
        name: Of the person.
        trouble: Why it did not work, in words; empty for the first time.
        done: It was changed.
    """
    back = f'<p class="back"><a href="/">{_word("back", lang)}</a></p>'
    if done:
        return _frame("password", f'<p class="done" role="status">{_word("changed", lang)}</p>{back}', lang)
    fields = (
        _hidden("csrf", csrf)
        # Password managers look for a name beside the passwords.
        + f'<input type="text" name="username" autocomplete="username" value="{escape(name)}" readonly hidden>'
        + _field("old", "password", "current-password", lang, first=True)
        + _field("new", "password", "new-password", lang, hint="new_hint")
        + _field("again", "password", "new-password", lang)
    )
    return _sheet("password", PASSWORD, fields, lang, trouble=trouble, behind=back)


def told_sheet(kind: str, lang: Lang, *words: str, to: str = "/") -> str:
    """Return a page that says something and leads back.

    Args:
        kind: Its heading, see the table of words.
        lang: Of its words.
        words: One paragraph each.
        to: Where its link leads.
    """
    said = "".join(f'<p role="alert">{escape(text)}</p>' for text in words)
    return _frame(kind, f'{said}<p class="back"><a href="{escape(to)}">{_word("back", lang)}</a></p>', lang)


def _sheet(
    kind: str, path: str, fields: str, lang: Lang, *, trouble: str, to: str = "/", behind: str = ""
) -> str:
    said = f'<p class="trouble" id="trouble" role="alert">{escape(trouble)}</p>' if trouble else ""
    form = (
        f'{said}<form method="post" action="{path}">{fields}'
        f'<button type="submit">{_word(f"{kind}_do", lang)}</button></form>{behind}'
    )
    return _frame(kind, form, lang, switch=f"{path}?next={quote(to, safe='')}")


def _frame(kind: str, body: str, lang: Lang, switch: str = "") -> str:
    other, named = _OTHER[lang]
    link = (
        f'<a class="lang" hreflang="{other}" lang="{other}" href="{escape(switch)}&amp;lang={other}">{named}</a>'
        if switch
        else ""
    )
    heading, app = _word(kind, lang), escape(label("app", lang))
    return (
        f'<!doctype html><html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f'<title>{heading} · {app}</title><link rel="stylesheet" href="{STYLE_PATH}"></head>'
        f"<body><main><header><p>{app}</p>{link}</header><h1>{heading}</h1>{body}</main></body></html>"
    )


def _field(
    name: str, kind: str, complete: str, lang: Lang, *, value: str = "", first: bool = False, hint: str = ""
) -> str:
    words: Sequence[str] = (f'<small id="{name}-hint">{_word(hint, lang)}</small>',) if hint else ()
    described = f' aria-describedby="{name}-hint"' if hint else ""
    plain = ' autocapitalize="none" spellcheck="false"' if kind == "text" else ""
    return (
        f'<label for="{name}">{_word(f"field_{name}", lang)}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" autocomplete="{complete}" value="{escape(value)}" maxlength="1000" '
        f"required{plain}{described}{' autofocus' if first else ''}>{''.join(words)}"
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'


def _word(key: str, lang: Lang) -> str:
    return escape(label(f"sign_in.{key}", lang))
