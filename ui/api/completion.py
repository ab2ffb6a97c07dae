"""An answer in the shapes of OpenAI's chat API."""

import time
from secrets import token_hex
from urllib.parse import quote

from rag.schema import Answer, Citation
from rag.text import Lang
from ui.address import clause_place
from ui.labels import label, named
from ui.place import place
from ui.render import one_line
from ui.shapes import Shape, answer_shape

MODEL = "policyqa"
"""The only model: whichever one writes the answers behind it, they are checked by the same code."""
_STANDS_ON = ("verdict", "citations", "warnings")


class Completion:
    """One answer on its way: what all its parts have in common."""

    def __init__(self, lang: Lang, web_url: str | None) -> None:
        """Begin one now.

        Args:
            lang: Of the words around the answer.
            web_url: Public address of the page, to which sources are linked; None for no links.
        """
        self._lang, self._web_url = lang, web_url
        self._id, self._created = f"chatcmpl-{token_hex(12)}", int(time.time())

    def whole(self, answer: Answer) -> Shape:
        """Return the answer as one completion."""
        message = {"role": "assistant", "content": answer.text + self.tail(answer)} | _stands_on(answer)
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        usage = usage_shape(answer)
        return self._shape("chat.completion") | {"choices": [choice]} | ({"usage": usage} if usage else {})

    def chunk(self, delta: Shape, *, last: bool = False) -> Shape:
        """Return a part of the answer."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": "stop" if last else None}
        return self._shape("chat.completion.chunk") | {"choices": [choice]}

    def end(self, answer: Answer) -> Shape:
        """Return the last part, with what the answer stands on."""
        return self.chunk(_stands_on(answer), last=True)

    def usage(self, answer: Answer) -> Shape | None:
        """Return the part after the last, for those who want it; None where the server counted nothing."""
        usage = usage_shape(answer)
        return self._shape("chat.completion.chunk") | {"choices": [], "usage": usage} if usage else None

    def tail(self, answer: Answer) -> str:
        """Return what follows the text: its sources in words, what a reader must know, and the nearest clauses."""
        lang = self._lang
        blocks = [label("partial", lang)] if answer.verdict == "partial" else []
        if answer.citations:
            lines = [f"- [{c.n}] {self._place(c)} “{one_line(c.quote)}”" for c in answer.citations]
            blocks.append("\n".join([named("citations", "", lang), "", *lines]))
        blocks += [named("warnings", one_line(w.text), lang) for w in answer.warnings]
        if answer.nearest:
            lines = [f"- 《{hit.clause.title}》 {hit.clause.locator}" for hit in answer.nearest]
            blocks.append("\n".join([named("nearest", "", lang), "", *lines]))
        return "".join(f"\n\n{block}" for block in blocks)

    def _place(self, cited: Citation) -> str:
        words = place(cited, self._lang)
        if not self._web_url:
            return words
        # The words stand in the brackets of a Markdown link.
        shown = words.replace("[", "〔").replace("]", "〕")
        address = f"{self._web_url.rstrip('/')}/{clause_place(cited.clause_id).address}"
        return f"[{shown}]({quote(address, safe=':/?&=%#')})"

    def _shape(self, kind: str) -> Shape:
        return {"id": self._id, "object": kind, "created": self._created, "model": MODEL}


class Telling:
    """The text of an answer as a stream that can take nothing back: only checked sentences are told before its end."""

    def __init__(self, lang: Lang) -> None:
        """Begin with nothing told."""
        self._lang = lang
        self._told = ""
        self._settled = ""

    def settled(self, text: str) -> str:
        """Return what to tell of the next checked sentence; blanks wait for what follows them."""
        self._settled += text
        return self._next(self._settled.strip())

    def finished(self, text: str) -> str:
        """Return what is still to be told of the whole text; if it is another one than was told, that it replaces it."""
        if text.startswith(self._told):
            return self._next(text)
        return f"\n\n{label('api.replaced', self._lang)}\n\n{text}"

    def _next(self, text: str) -> str:
        new, self._told = text[len(self._told) :], text
        return new


def usage_shape(answer: Answer) -> Shape | None:
    """Return what the model's server counted; None when it did not, or no model wrote."""
    used = answer.usage
    if used is None or used.prompt_tokens is None or used.answer_tokens is None:
        return None
    return {
        "prompt_tokens": used.prompt_tokens,
        "completion_tokens": used.answer_tokens,
        "total_tokens": used.prompt_tokens + used.answer_tokens,
    }


def _stands_on(answer: Answer) -> Shape:
    shape = answer_shape(None, answer, 0)
    return {key: shape[key] for key in _STANDS_ON}
