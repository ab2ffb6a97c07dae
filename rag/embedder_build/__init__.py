"""Makes the bundled embedder: `python -m rag.embedder_build --help`."""
