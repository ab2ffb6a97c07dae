"""Who has signed in, at the top of the page, with the ways to the own password and out."""

from html import escape

from rag.text import Lang
from ui.labels import label
from ui.web.signing_in.sheet import PASSWORD, SIGN_OUT
from ui.web.visitor import Visitor


def badge(visitor: Visitor, lang: Lang) -> str:
    """Return it as HTML; empty without accounts."""
    if not visitor.name:
        return ""
    name, who = escape(visitor.name), escape(label("sign_in.who", lang).format(name=visitor.name))
    # On a phone there is room for the name alone, which leads to the same form.
    change = escape(label("sign_in.password", lang))
    return (
        f'<div class="pq-who"><a class="pq-who-name" href="{PASSWORD}" title="{who}" aria-label="{who}, {change}">{name}</a>'
        f'<a class="pq-who-own" href="{PASSWORD}">{change}</a>'
        f'<form method="post" action="{SIGN_OUT}"><input type="hidden" name="csrf" value="{escape(visitor.form_token)}">'
        f'<button type="submit">{escape(label("sign_in.leave", lang))}</button></form></div>'
    )
