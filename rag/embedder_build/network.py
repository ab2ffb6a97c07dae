"""The network in torch, filled with the weights to start from."""

from collections.abc import Sequence

import numpy as np
import torch
from transformers import BertConfig, BertModel

from rag.embedder_build.source import Source

_EMBEDDINGS = {
    "position_embeddings.weight": "emb.pos",
    "token_type_embeddings.weight": "emb.type",
    "LayerNorm.weight": "emb.ln.w",
    "LayerNorm.bias": "emb.ln.b",
}
_LAYER = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "attention.output.LayerNorm": "aln",
    "output.LayerNorm": "oln",
}


def make_network(source: Source, kept: Sequence[int]) -> BertModel:
    """Return the network with the embeddings of the kept pieces and an empty one for the mask."""
    sizes, tensors = source.sizes, source.tensors
    network = BertModel(
        BertConfig(
            vocab_size=len(kept) + 1,
            hidden_size=sizes.hidden,
            num_hidden_layers=sizes.layers,
            num_attention_heads=sizes.heads,
            intermediate_size=sizes.feed_forward,
            max_position_embeddings=sizes.positions,
            type_vocab_size=sizes.types,
            pad_token_id=1,
            # With dropout, torch would take a way through attention that is half as fast on a processor.
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        ),
        add_pooling_layer=False,
    )
    words = tensors["emb.word"].reshape(sizes.vocabulary, sizes.hidden)[list(kept)]
    values = {
        "embeddings.word_embeddings.weight": np.concatenate([words, np.zeros((1, sizes.hidden), np.float32)])
    }
    values |= {f"embeddings.{name}": tensors[short] for name, short in _EMBEDDINGS.items()}
    for layer in range(sizes.layers):
        for name, short in _LAYER.items():
            for end, kind in (("weight", "w"), ("bias", "b")):
                values[f"encoder.layer.{layer}.{name}.{end}"] = tensors[f"l{layer}.{short}.{kind}"]
    state = network.state_dict()
    for name, value in values.items():
        state[name].copy_(torch.from_numpy(np.array(value)).reshape(state[name].shape))
    network.load_state_dict(state)
    network.eval()  # type: ignore[no-untyped-call]
    return network
