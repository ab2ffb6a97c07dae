"""What libraries would tell their makers, and what they would ask of the network unasked: switched off."""

import os
from typing import Any, Protocol

_SWITCHES = {
    "ANONYMIZED_TELEMETRY": "False",  # Chroma
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime reports each model that is loaded, from native code
    "RAGAS_DO_NOT_TRACK": "true",
    "DO_NOT_TRACK": "1",
}


class _Loadable(Protocol):
    def __call__(self, name: str, /, *, local_files_only: bool = ...) -> Any: ...


def switch_off() -> None:
    """Switch off the telemetry of every library for this process and those that it starts, whatever was set before.

    Libraries read this when they are imported: it comes first.
    """
    os.environ.update(_SWITCHES)


def load_from_hub(kind: _Loadable, name: str) -> Any:
    """Load a model of sentence-transformers; one that was fetched before is loaded without asking the hub about it.

    Args:
        kind: `SentenceTransformer` or `CrossEncoder`.
        name: Of a model of the hub, or the path of a folder.

    Raises:
        OSError: There is no such model here, nor can it be fetched.
        ValueError: What is found is not such a model.
    """
    try:
        return kind(name, local_files_only=True)
    except (OSError, ValueError):
        return kind(name, local_files_only=False)
