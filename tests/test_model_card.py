"""The recipe in the bundled model's card is run as it is printed there."""

import re
from importlib.resources import files

import numpy as np
import pytest

from rag.chunk.encoder import load_encoder
from rag.chunk.processor import saturates


def test_the_card_loads_the_model_into_sentence_transformers_with_equal_vectors():
    pytest.importorskip("sentence_transformers")
    folder = files("rag").joinpath("models", "clause_embed")
    recipe = re.search(
        r"```python\n(import .*?)```", folder.joinpath("README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    names: dict[str, object] = {}
    exec(recipe[1], names)
    model, encoder = names["load"](str(folder)), load_encoder(1)
    texts = ["登记证书的有效期为三年。", "The certificate is valid for three years.", "长" * 900]
    near = 1e-2 if saturates() else 1e-6
    np.testing.assert_allclose(model.encode_document(texts, batch_size=1), encoder.passages(texts), atol=near)
    np.testing.assert_allclose(model.encode_query(texts, batch_size=1), encoder.queries(texts), atol=near)
