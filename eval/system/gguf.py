"""A small model from a file, run by llama.cpp inside this process: a real one where there is no server.

Such models answer badly; they show what becomes of the words of a model that does. One question is answered at a time.
"""

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, ChatResponse, LLMMetadata
from llama_index.core.bridge.pydantic import PrivateAttr

from eval.system.streamed import StreamedLLM, response
from rag.errors import ModelBroke, ModelUnavailable
from rag.settings import Settings

_SEED = 1
_ENDED = object()
_TOO_LONG = "exceed_context_size_error"


class GgufLLM(StreamedLLM):
    """A model of llama.cpp; the likeliest word each time, so that two runs on one machine are alike.

    The last response has in `additional_kwargs`: `done_reason` (`stop`, or `length` when `num_predict` ended it),
    `prompt_tokens` and `completion_tokens`.
    """

    name: str
    context_window: int
    num_predict: int
    server: Any
    """Of `xllamacpp`."""
    _lock: Any = PrivateAttr(default_factory=Lock)

    @property
    def metadata(self) -> LLMMetadata:
        """Sizes in tokens; `num_output` is `num_predict`."""
        return LLMMetadata(
            context_window=self.context_window,
            num_output=self.num_predict,
            is_chat_model=True,
            model_name=self.name,
        )

    def stream_chat(
        self, messages: Sequence[ChatMessage], **kwargs: Any
    ) -> Generator[ChatResponse, None, None]:
        """Answer a conversation piece by piece; closing the generator stops the model.

        Raises:
            ModelBroke: While iterating: the prompt is too long for the context, or llama.cpp fails.
        """
        request = {
            "messages": [{"role": m.role.value, "content": m.content or ""} for m in messages],
            "max_tokens": self.num_predict,
            "temperature": 0,
            "seed": _SEED,
            # What is left in the cache of the question before would change the last digits.
            "cache_prompt": False,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        with self._lock, closing(_parts(self.server, request)) as parts:
            yield from self._read(parts)

    def _read(self, parts: Iterable[dict[str, Any]]) -> Generator[ChatResponse, None, None]:
        written, facts = "", dict[str, Any]()
        for part in parts:
            if error := part.get("error"):
                raise self._broken(error)
            for choice in part.get("choices") or ():
                delta = choice["delta"].get("content") or ""
                written += delta
                facts |= {"done_reason": choice["finish_reason"]} if choice.get("finish_reason") else {}
                if delta:
                    yield response(written, delta, {})
            if used := part.get("usage"):
                counted = {
                    "prompt_tokens": used["prompt_tokens"],
                    "completion_tokens": used["completion_tokens"],
                }
                facts |= counted
        yield response(written, "", facts)

    def _broken(self, error: dict[str, Any]) -> ModelBroke:
        said = str(error.get("message", error))
        fix = (
            "set POLICYQA_NUM_CTX higher, or take another model"
            if error.get("type") == _TOO_LONG
            else "take another model"
        )
        return ModelBroke(
            f"llama.cpp stopped with {self.name}: {said}",
            fix=fix,
            chinese=(
                f"llama.cpp 运行 {self.name} 时停止：{said}",
                "调大 POLICYQA_NUM_CTX，或换一个模型" if error.get("type") == _TOO_LONG else "换一个模型",
            ),
        )


def load(path: Path, settings: Settings) -> GgufLLM:
    """Load a model file.

    Args:
        path: A `.gguf` file with a chat template.
        settings: Their `num_ctx`, `num_predict` and `threads` count.

    Raises:
        ModelUnavailable: `xllamacpp` is not installed, or the file is missing or no model.
    """
    if not path.is_file():
        raise ModelUnavailable(
            f"There is no model file {path}.",
            fix="give the path of a .gguf file",
            chinese=(f"没有模型文件 {path}。", "请给出一个 .gguf 文件的路径"),
        )
    try:
        import xllamacpp  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ModelUnavailable(
            f"The model {path.name} needs xllamacpp, which is not installed.",
            fix="pip install 'policyqa[eval]'",
            chinese=(f"模型 {path.name} 需要 xllamacpp，尚未安装。", "pip install 'policyqa[eval]'"),
        ) from error
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx, params.n_parallel, params.verbosity = settings.num_ctx, 1, -1
    if settings.threads:
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = settings.threads
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        raise ModelUnavailable(
            f"llama.cpp cannot load {path}: {error}",
            fix="give the path of a .gguf file with a whole model",
            chinese=(f"llama.cpp 无法载入 {path}：{error}", "请给出含有完整模型的 .gguf 文件"),
        ) from error
    return GgufLLM(
        name=path.stem,
        context_window=settings.num_ctx,
        num_predict=min(settings.num_predict, settings.num_ctx // 2),
        server=server,
    )


def _parts(server: Any, request: dict[str, Any]) -> Generator[dict[str, Any], None, None]:
    """Yield what llama.cpp calls back with; closing the generator stops it."""
    said: SimpleQueue[Any] = SimpleQueue()
    stopped: list[bool] = []

    def take(part: dict[str, Any]) -> bool:
        said.put(part)
        return bool(stopped)

    def ask() -> None:
        try:
            server.handle_chat_completions(request, take)
        finally:
            said.put(_ENDED)

    thread = Thread(target=ask, daemon=True)
    thread.start()
    try:
        while (part := said.get()) is not _ENDED:
            yield part
    finally:
        stopped.append(True)
        thread.join()
