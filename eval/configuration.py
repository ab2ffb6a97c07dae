"""What a run is made of: a system, a model and settings; several in one command are multiplied out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product
from pathlib import Path

from pydantic import ValidationError

from eval.provenance import NOT_DECISIVE
from eval.system import MODELS, SYSTEMS
from rag.errors import EvaluationError
from rag.settings import Settings

ALL = "all"
DEFAULT = "product"
ONLY_FIND = frozenset({"windows", "llamaindex"})
"""Systems that write no answer: to ask them once for each model would give the same again."""
_NAMED = ("none", "auto", "ollama:NAME", *MODELS)


@dataclass(frozen=True, slots=True)
class Configuration:
    """One of the things that a command asks the same questions."""

    name: str
    """`product`, or what differs from it: `no-title`, `product+ollama-qwen3-8b`, `product+rerank_model-none`."""
    system: str
    """A name of `eval.system.SYSTEMS`."""
    settings: Settings
    model: str | None
    """`scripted:NAME` or `gguf:PATH`; None for the model of the settings."""


def configurations(
    settings: Settings, systems: Sequence[str] = (), models: Sequence[str] = (), values: Sequence[str] = ()
) -> list[Configuration]:
    """Multiply systems, models and values of settings out.

    Args:
        settings: Those of the process; each configuration changes some of them.
        systems: Names, or `all`; none means the product.
        models: `none`, `auto`, `ollama:NAME`, `gguf:PATH`, `scripted:NAME`; none means that of the settings.
        values: `KEY=VALUE` or `KEY=VALUE,VALUE`; a key may come again.

    Returns:
        At least one; systems change slowest, settings fastest.

    Raises:
        EvaluationError: A system, a model or a setting is not known, or a value is not possible.
    """
    for name in models:
        _check_model(name)
    keys = _values(values)
    found: dict[str, Configuration] = {}
    for system in dict.fromkeys(name for each in systems or (DEFAULT,) for name in _systems(each)):
        asked: list[str | None] = [*dict.fromkeys(models)] if models and system not in ONLY_FIND else [None]
        for model, picked in product(asked, product(*keys.values())):
            changes = dict(zip(keys, picked, strict=True))
            name = _free(_name(system, model, changes), found)
            found[name] = _configuration(name, system, settings, model, changes)
    return list(found.values())


def _systems(name: str) -> list[str]:
    if name == ALL:
        return list(SYSTEMS)
    if name not in SYSTEMS:
        raise EvaluationError(
            f"No system is called {name!r}.",
            fix=f"use {ALL}, or one of {', '.join(SYSTEMS)}",
            chinese=(f"没有名为 {name!r} 的系统。", f"用 {ALL} 或其中之一：{'、'.join(SYSTEMS)}"),
        )
    return [name]


def _check_model(model: str) -> None:
    kind, _, rest = model.partition(":")
    if kind == "gguf" and rest and not Path(rest).is_file():
        raise EvaluationError(
            f"There is no file {rest}.",
            fix="correct --model gguf:PATH",
            chinese=(f"没有文件 {rest}。", "更正 --model gguf:PATH"),
        )
    if model not in _NAMED and not (kind in ("ollama", "gguf") and rest):
        raise EvaluationError(
            f"No model is called {model!r}.",
            fix=f"use one of {', '.join(_NAMED)}",
            chinese=(f"没有名为 {model!r} 的模型。", f"请用其中之一：{'、'.join(_NAMED)}"),
        )


def _values(pairs: Sequence[str]) -> dict[str, list[str]]:
    possible = [name for name in Settings.model_fields if name not in NOT_DECISIVE]
    found: dict[str, list[str]] = {}
    for pair in pairs:
        key, _, text = pair.partition("=")
        key = key.strip().lower().removeprefix("policyqa_")
        values = [value.strip() for value in text.split(",") if value.strip()]
        if not values:
            raise EvaluationError(
                f"Not a setting with a value: {pair!r}.",
                fix="write it as --with rerank_model=none",
                chinese=(f"{pair!r} 不是“设置=值”。", "写成 --with rerank_model=none"),
            )
        if key == "llm":
            raise EvaluationError(
                "The model is not chosen by --with.",
                fix=f"use --model {values[0]}",
                chinese=("模型不用 --with 选择。", f"用 --model {values[0]}"),
            )
        if key not in possible:
            near = get_close_matches(key, possible, n=1)
            fix = f"did you mean {near[0]}?" if near else f"use one of {', '.join(possible)}"
            raise EvaluationError(
                f"No setting that decides answers is called {key!r}.",
                fix=fix,
                chinese=(
                    f"没有名为 {key!r}、且影响回答的设置。",
                    f"是否指 {near[0]}？" if near else f"请用其中之一：{'、'.join(possible)}",
                ),
            )
        found[key] = list(dict.fromkeys([*found.get(key, []), *values]))
    return found


def _configuration(
    name: str, system: str, settings: Settings, model: str | None, changes: dict[str, str]
) -> Configuration:
    own = model is not None and model.startswith(("scripted:", "gguf:"))
    # A model that the run brings along: then nothing looks for one of the settings.
    llm = "none" if own or system in ONLY_FIND else model or settings.llm
    try:
        changed = Settings(**{**settings.model_dump(), **changes, "llm": llm})
    except ValidationError as error:
        first = error.errors()[0]
        raise EvaluationError(
            f"{first['loc'][0]}: {first['msg']} (got {first['input']!r}).",
            fix="correct the value after --with",
            chinese=(
                f"{first['loc'][0]} 的值 {first['input']!r} 无效：{first['msg']}。",
                "更正 --with 后的值",
            ),
        ) from error
    return Configuration(name, system, changed, model if own else None)


def _name(system: str, model: str | None, changes: dict[str, str]) -> str:
    """Return a name that can be a folder's: the system and what was chosen for it."""
    words = [system]
    # The plain name is the one without a model: it stays the same from one version to the next.
    if model not in (None, "none"):
        kind, _, path = model.partition(":")
        words.append(f"gguf-{Path(path).stem}" if kind == "gguf" else model)
    words += [f"{key}-{value}" for key, value in changes.items()]
    return re.sub(r"[^\w.+=-]+", "-", "+".join(words))


def _free(name: str, taken: dict[str, Configuration]) -> str:
    """Return the name with a number when another configuration has it: two model files of one name."""
    names = [name, *(f"{name}~{n}" for n in range(2, len(taken) + 2))]
    return next(each for each in names if each not in taken)
