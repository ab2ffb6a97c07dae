"""A second opinion on a sentence by a model of natural language inference; off unless one is named."""

from collections.abc import Iterator, Sequence
from typing import Any

from rag.doubt.doubt import Doubt
from rag.errors import SettingsError
from rag.schema import Hit
from rag.telemetry import load_from_hub

_CONTRADICTION = "contradiction"
_LEAST = 0.9
"""Probability of a contradiction from which on a sentence is doubted: code has checked it before."""
_LONGEST = 1500
"""Characters of a clause that are compared; such models read about 500 tokens."""


class Entailment:
    """Compares sentences with the clauses that they cite; loads the model at the first sentence."""

    def __init__(self, name: str) -> None:
        """Take the name of a sentence-transformers cross-encoder with an output called `contradiction`."""
        self.name = name
        self._model: Any = None
        self._output = 0

    def doubts(self, statement: str, cited: Sequence[Hit]) -> Iterator[Doubt]:
        """Yield a doubt when every cited clause contradicts a sentence.

        Args:
            statement: Without markers.
            cited: The clauses that it cites; nothing is compared when it cites none.

        Raises:
            SettingsError: sentence-transformers is not installed, or the model says nothing about contradiction.
        """
        if not cited:
            return
        model = self.load()
        pairs = [(hit.clause.text[:_LONGEST], statement) for hit in cited]
        scores = model.predict(pairs, apply_softmax=True, show_progress_bar=False)
        if all(float(row[self._output]) >= _LEAST for row in scores):
            yield Doubt("entailment", statement, cited[0].clause.clause_id)

    def load(self) -> Any:
        """Return the model, loaded once; raises as `doubts`."""
        if self._model is None:
            try:
                from sentence_transformers import CrossEncoder  # noqa: PLC0415
            except ModuleNotFoundError as error:
                raise SettingsError(
                    f"The entailment model {self.name!r} needs sentence-transformers, which is not installed.",
                    fix="pip install sentence-transformers, or unset POLICYQA_ENTAIL_MODEL",
                    chinese=(
                        f"蕴含模型 {self.name!r} 需要 sentence-transformers，尚未安装。",
                        "pip install sentence-transformers，或取消 POLICYQA_ENTAIL_MODEL",
                    ),
                ) from error
            try:
                model = load_from_hub(CrossEncoder, self.name)
            except (OSError, ValueError) as error:
                raise SettingsError(
                    f"No cross-encoder {self.name!r}: {str(error).splitlines()[0]}",
                    fix="give the name of a model, or the path of its folder on this machine, in POLICYQA_ENTAIL_MODEL",
                    chinese=(
                        f"没有交叉编码器 {self.name!r}：{str(error).splitlines()[0]}",
                        "在 POLICYQA_ENTAIL_MODEL 中给出模型名，或它在本机的文件夹路径",
                    ),
                ) from error
            labels = {str(label).lower(): int(i) for i, label in model.config.id2label.items()}
            if _CONTRADICTION not in labels:
                raise SettingsError(
                    f"The model {self.name!r} tells {', '.join(labels) or 'nothing'}, not {_CONTRADICTION}.",
                    fix="set POLICYQA_ENTAIL_MODEL to a cross-encoder for natural language inference",
                    chinese=(
                        f"模型 {self.name!r} 判断的是 {'、'.join(labels) or '空'}，没有 {_CONTRADICTION}。",
                        "把 POLICYQA_ENTAIL_MODEL 设为自然语言推断的交叉编码器",
                    ),
                )
            self._output, self._model = labels[_CONTRADICTION], model
        return self._model
