"""How many tokens a prompt takes at most: a bound for all models, brought down to one by what its server counted."""

import json
import os
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from threading import Lock
from typing import Any

from rag.ollama.tokens import MESSAGE_TOKENS, Bound, bound_of

_KEPT = 8
_ENOUGH = 2
_MARGIN = 1.1
_LOWEST = 0.25
_LARGE = 300
_MOSTLY = 0.5
_FEWEST_PER_HAN = 0.4
_MOST_LETTERS = 7
_SUSPECT = 0.7
_HALF_OFF = 0.02
_SCRIPTS = ("han", "latin")


@dataclass(frozen=True, slots=True)
class Factors:
    """By how much the bound of each kind of character is brought down; 1 is the bound for all models."""

    han: float = 1.0
    latin: float = 1.0
    excess: float = 1.0
    """Above 1 for a model that takes more than any that the bound was made with."""


class TokenCounter:
    """An upper bound on tokens that follows the counts of one model's server.

    All of a prompt's tokens are put down to its main script, Chinese or Latin, and a tenth is added to the largest share
    of the last eight prompts; digits, signs and rare characters keep the bound for all models. So a prompt of another
    mixture stays within the bound, too. Two prompts must have been counted before anything is brought down, and a count
    above the bound undoes all.
    """

    def __init__(self, model: str = "", path: Path | None = None) -> None:
        """Begin with what is known of a model.

        Args:
            model: Name under which its counts are kept.
            path: JSON file of all models' counts; None, or a folder that is not there, keeps them in memory only.
        """
        self._model, self._path = model, path
        self._lock = Lock()
        self._shares: dict[str, deque[float]] = {script: deque(maxlen=_KEPT) for script in _SCRIPTS}
        self._excess = 1.0
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            known = _read(path)[model] if path else {}
            for script, shares in self._shares.items():
                shares.extend(float(share) for share in known.get(script, ()))
            self._excess = max(1.0, float(known.get("excess", 1.0)))

    @property
    def factors(self) -> Factors:
        """What the counts so far allow."""
        with self._lock:
            return self._factors()

    def text(self, text: str) -> int:
        """Return an upper bound on the tokens of one text, without a chat template; 0 for an empty one."""
        return _tokens(bound_of(text), self.factors)

    def prompt(self, texts: Iterable[str]) -> int:
        """Return an upper bound on the tokens of a conversation, its chat template included."""
        factors = self.factors
        return MESSAGE_TOKENS + sum(MESSAGE_TOKENS + _tokens(bound_of(text), factors) for text in texts)

    def looks_cut(self, texts: Sequence[str], counted: int | None, window: int) -> bool:
        """Tell whether a server seems to have read less than it was sent, which none of them says.

        Args:
            texts: All messages of the conversation.
            counted: The tokens that the server says it has read; None when it does not say.
            window: Tokens of context that it was asked for.
        """
        might = self.prompt(texts) > window
        if counted is None:
            return might
        if counted >= window or counted < _fewest(texts):
            return True
        # Newer servers of Ollama's cut an over-long prompt down to half of the context.
        return (might and abs(2 * counted - window) <= _HALF_OFF * window) or self._is_odd(texts, counted)

    def learn(self, texts: Sequence[str], counted: int) -> None:
        """Take in what a server counted for a whole conversation; not for one that looks cut."""
        total = _sum(texts)
        whole = MESSAGE_TOKENS * (len(texts) + 1) + total.total
        with self._lock:
            before = self._factors()
            if counted > MESSAGE_TOKENS * (len(texts) + 1) + _tokens(total, before):
                for shares in self._shares.values():
                    shares.clear()
                self._excess = max(self._excess, counted / whole * _MARGIN if counted > whole else 1.0)
            if total.total >= _LARGE and (script := _main(total)):
                self._shares[script].append(round(counted / getattr(total, script), 4))
            changed = self._factors() != before
            kept: dict[str, Any] = {script: list(shares) for script, shares in self._shares.items()}
            if self._path and (changed or len(kept["han"]) + len(kept["latin"]) < _KEPT):
                _write(self._path, self._model, kept | {"excess": round(self._excess, 4)})

    def _factors(self) -> Factors:
        han, latin = (
            min(1.0, max(_LOWEST, max(shares) * _MARGIN)) if len(shares) >= _ENOUGH else 1.0
            for shares in (self._shares["han"], self._shares["latin"])
        )
        return Factors(han, latin, self._excess)

    def _is_odd(self, texts: Sequence[str], counted: int) -> bool:
        """Tell whether prompts of this kind took much more so far."""
        total = _sum(texts)
        script = _main(total)
        if script is None or total.total < _LARGE:
            return False
        with self._lock:
            shares = list(self._shares[script])
        return len(shares) >= _ENOUGH and counted < _SUSPECT * min(shares) * getattr(total, script)


def _sum(texts: Iterable[str]) -> Bound:
    bounds = [bound_of(text) for text in texts]
    return Bound(sum(b.han for b in bounds), sum(b.latin for b in bounds), sum(b.rest for b in bounds))


def _tokens(bound: Bound, factors: Factors) -> int:
    return ceil(factors.excess * (factors.han * bound.han + factors.latin * bound.latin + bound.rest))


def _main(total: Bound) -> str | None:
    return next((script for script in _SCRIPTS if getattr(total, script) >= _MOSTLY * total.total > 0), None)


def _fewest(texts: Iterable[str]) -> float:
    """Return a lower bound: no tokenizer puts three Chinese characters, or seven letters, into a token on average."""
    # The bound counts two tokens for a Chinese character.
    return sum(
        bound_of(text).han / 2 * _FEWEST_PER_HAN + sum(c.isascii() for c in text) / _MOST_LETTERS
        for text in texts
    )


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _write(path: Path, model: str, kept: dict[str, Any]) -> None:
    """Keep a model's counts beside those of others; what cannot be written is learnt again after the next start."""
    if not path.parent.is_dir():
        return
    known: dict[str, Any] = {}
    with suppress(OSError, ValueError, TypeError):
        known = dict(_read(path))
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(OSError):
        draft.write_text(json.dumps(known | {model: kept}, ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(path)
