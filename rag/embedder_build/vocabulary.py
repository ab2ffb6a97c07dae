"""The part of the vocabulary that Chinese and English texts need, and a tokenizer of it."""

import re
from collections.abc import Sequence

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
"""The first four pieces, with their ids."""
MASK = "<mask>"
_LATIN_PIECES = 22_000
"""Of the most probable; a longer list costs 384 bytes a piece."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[▁\x20-\x7e]+")
_WANTED = re.compile(
    # Latin, Greek, punctuation, letter-like and number forms, boxes, Chinese marks and characters, full-width forms.
    r"[▁\x20-\x7e\u00a0-\u00ff\u0370-\u03ff\u2000-\u206f\u2100-\u22ff\u2460-\u24ff\u2500-\u25ff\u3000-\u303f"
    r"\u3200-\u33ff\u4e00-\u9fff\uff00-\uffef]+"
)
_PREFIXES = ("▁query", "▁passage", "query", "passage")


def chosen_pieces(pieces: Sequence[str], scores: np.ndarray) -> list[int]:
    """Return the ids to keep, ascending: the special ones, all Chinese pieces, the commonest Latin ones, single signs."""
    wanted = [i for i in range(len(SPECIAL), len(pieces)) if _WANTED.fullmatch(pieces[i])]
    chinese = {i for i in wanted if _CHINESE.search(pieces[i])}
    latin = [i for i in wanted if _LATIN.fullmatch(pieces[i])]
    common = sorted(latin, key=lambda i: -scores[i])[:_LATIN_PIECES]
    signs = {i for i in wanted if len(pieces[i].replace("▁", "")) <= 1} - set(latin)
    named = {i for i in wanted if pieces[i] in _PREFIXES}
    return [*range(len(SPECIAL)), *sorted(chinese | set(common) | signs | named)]


def make_tokenizer(pieces: Sequence[str], scores: np.ndarray, kept: Sequence[int]) -> Tokenizer:
    """Return a unigram tokenizer of the kept pieces, with a mask piece at the end."""
    vocabulary = [(pieces[i], float(scores[i])) for i in kept] + [(MASK, 0.0)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=SPECIAL.index("<unk>"), byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(name, SPECIAL.index(name)) for name in ("<s>", "</s>")],
    )
    tokenizer.add_special_tokens(
        [AddedToken(name, special=True, normalized=False) for name in (*SPECIAL, MASK)]
    )
    return tokenizer
