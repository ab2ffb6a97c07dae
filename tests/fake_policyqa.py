"""`policyqa` with the fake embedder, for tests that need a process which starts fast: `python -m fake_policyqa ingest …`."""

import os
import resource

import offline
from fakes import FakeEmbedder

import rag.assistant
import rag.embed
from ui.cli import main

ENVIRONMENT = {"POLICYQA_EMBED_MODEL": "fake", "POLICYQA_RERANK_MODEL": "none", "POLICYQA_LLM": "none"}


def _build(settings):
    return FakeEmbedder()


if __name__ == "__main__":
    offline.cut_off()
    os.environ |= ENVIRONMENT
    if "MOST_KB" in os.environ:
        # As on a full disk; only with -B, or halves of compiled modules would be kept.
        most = 1024 * int(os.environ["MOST_KB"])
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    rag.embed.build_embedder = _build
    rag.assistant.build_embedder = _build
    main()
