"""Retrieval and answering over a collection of policy clauses."""

from rag.telemetry import switch_off

# The one work done at import: libraries read their switches when they are imported, and ours come first everywhere.
switch_off()
