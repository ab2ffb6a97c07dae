"""Clauses as LlamaIndex nodes; its users can put `ClauseNodeParser` into a pipeline of their own."""

from collections.abc import Sequence
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, NodeRelationship, RelatedNodeInfo, TextNode

from rag.chunk.metadata import chunk_metadata
from rag.chunk.parts import parts
from rag.schema import Clause, Document

_EMBEDDED = ("title", "locator", "chapter")


class ClauseNodeParser(NodeParser):
    """Splits nodes of whole clauses into the chunks that are embedded; a short clause stays one node."""

    def _parse_nodes(
        self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any
    ) -> list[BaseNode]:
        return [
            _node(node, text, part) for node in nodes for part, text in enumerate(parts(node.get_content()))
        ]


def clause_node(clause: Clause, document: Document) -> TextNode:
    """Return a whole clause as a node; with `MetadataMode.EMBED` its content is the passage of `rag.chunk.parts`."""
    metadata = chunk_metadata(clause, document)
    return TextNode(
        id_=clause.clause_id,
        text=clause.text,
        metadata=dict(metadata),
        excluded_embed_metadata_keys=[key for key in metadata if key not in _EMBEDDED],
        metadata_template="{value}",
        metadata_separator=" ",
        text_template="{metadata_str}\n{content}",
        # LlamaIndex writes the source's id over the metadata's document_id, so it must be the same.
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=clause.document_id)},
    )


def chunk_nodes(clause: Clause, document: Document) -> list[BaseNode]:
    """Return the nodes of a clause's chunks, in order; at least one."""
    parser = ClauseNodeParser(include_prev_next_rel=False)
    return list(parser.get_nodes_from_documents([clause_node(clause, document)]))


def _node(clause: BaseNode, text: str, part: int) -> TextNode:
    # `part` comes last, so that the embedded keys keep their order.
    return TextNode(
        id_=f"{clause.node_id}#{part}",
        text=text,
        metadata={**clause.metadata, "part": part},
        excluded_embed_metadata_keys=[*clause.excluded_embed_metadata_keys, "part"],
        metadata_template="{value}",
        metadata_separator=" ",
        text_template="{metadata_str}\n{content}",
        relationships=dict(clause.relationships),
    )
