"""Vectors that are kept, so that nothing is embedded twice."""

import numpy as np
import pytest

from rag.catalog.vectors import VectorCache


@pytest.fixture
def cache(tmp_path):
    opened = VectorCache(tmp_path, "m")
    yield opened
    opened.close()


def vectors(*rows):
    return np.array(rows, dtype=np.float32)


def test_vectors_come_back_to_the_last_digit_and_in_their_shape(cache):
    made = {"a": np.random.default_rng(1).random((1, 384), np.float32), "b": vectors([1, 2], [3, 4], [5, 6])}
    cache.add(made)
    found = cache.get(["a", "b", "none"])
    assert found.keys() == made.keys()
    for key, value in made.items():
        assert (found[key] == value).all() and found[key].shape == value.shape
    assert cache.keys() == {"a", "b"}


def test_the_vectors_of_two_models_are_kept_apart(cache, tmp_path):
    other = VectorCache(tmp_path, "n")
    cache.add({"a": vectors([1, 2])})
    other.add({"a": vectors([7, 8, 9])})
    assert cache.get(["a"])["a"].tolist() == [[1, 2]]
    assert (cache.dimension(), other.dimension()) == (2, 3)
    other.close()


def test_what_is_not_needed_is_forgotten_with_all_of_other_models(cache, tmp_path):
    other = VectorCache(tmp_path, "n")
    other.add({"a": vectors([7])})
    cache.add({"a": vectors([1]), "b": vectors([2])})
    cache.keep_only({"b", "c"})
    assert (cache.keys(), other.keys()) == ({"b"}, set())
    cache.clear()
    assert (cache.keys(), cache.dimension(), cache.get(["b"])) == (set(), None, {})
    other.close()


def test_a_batch_is_kept_whole_or_not_at_all(cache):
    with pytest.raises(TypeError):
        cache.add({"a": vectors([1]), "b": None})
    assert cache.keys() == set()
