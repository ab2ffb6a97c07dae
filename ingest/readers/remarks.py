"""What readers say about a file, in both languages: how many of a thing there were, and on which pages."""

from collections.abc import Mapping, Sequence

from rag.schema import Remark

Wordings = Sequence[tuple[str, str, str]]
"""For each thing that a reader counts its name, and the sentence about it in English and in Chinese: `{}` stands for the
number, `{s}` and `{were}` for what changes with it."""


def counted(seen: Mapping[str, int], wordings: Wordings) -> tuple[Remark, ...]:
    """Return a remark for each thing that was seen at least once, in the order of the wordings."""
    return tuple(
        Remark(
            english.format(seen[kind], s="s" * (seen[kind] != 1), were="were" if seen[kind] != 1 else "was"),
            chinese.format(seen[kind]),
        )
        for kind, english, chinese in wordings
        if seen[kind]
    )


def on_pages(numbers: Sequence[int], english: str, chinese: str) -> Remark:
    """Return a remark about pages: `pages 3-5, 9: …` and `第3-5、9页：…`; their numbers in order, at least one."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    spans = [str(a) if a == b else f"{a}-{b}" for a, b in runs]
    noun = "page" if len(numbers) == 1 else "pages"
    return Remark(f"{noun} {', '.join(spans)}: {english}", f"第{'、'.join(spans)}页：{chinese}")
