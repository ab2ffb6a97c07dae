"""Which processors need the slower, exact products of 8-bit numbers."""

import platform

import pytest

from rag.chunk import processor


@pytest.mark.parametrize(
    ("machine", "flags", "expected"),
    [
        pytest.param("x86_64", {"avx2", "avx512_vnni"}, False, id="server with VNNI"),
        pytest.param("AMD64", {"avx2", "avx_vnni"}, False, id="desktop with VNNI"),
        pytest.param("x86_64", {"avx2"}, True, id="older x86"),
        pytest.param("x86_64", set(), True, id="x86 whose flags are not told"),
        pytest.param("arm64", set(), False, id="ARM"),
    ],
)
def test_only_x86_without_vnni_overflows(monkeypatch, machine, flags, expected):
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(processor, "processor", lambda: ("", frozenset(flags)))
    assert processor.saturates() is expected


def test_the_processor_has_a_name():
    name, flags = processor.processor()
    assert name
    assert all(flag == flag.strip() for flag in flags)
