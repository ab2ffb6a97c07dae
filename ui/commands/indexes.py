"""Commands for the two indexes: check and rebuild."""

from typing import Annotated

import typer

from ui.console import STAGES, DataFlag, JsonFlag, add, emit, open_catalog, progress_bar, say


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    add(app, check, rebuild)


def check(data: DataFlag = None, json: JsonFlag = False) -> int:
    """Compare the catalog with Chroma and the keyword index; exit status 1 when they differ.

    Examples:
      policyqa check
      policyqa check --json
    """
    from ingest.comparison import compare  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    state = compare(open_catalog(data), load_settings(data))
    differences = {
        "missing": state.missing,
        "extra": state.extra,
        "keyword_missing": state.keyword_missing,
        "keyword_extra": state.keyword_extra,
    }
    if json:
        emit(
            {"sound": state.is_sound, "clauses": state.clauses} | {k: list(v) for k, v in differences.items()}
        )
        return 0 if state.is_sound else 1
    names = ("Chroma 缺少 missing", "Chroma 多余 extra", "关键词索引缺少 missing", "关键词索引多余 extra")
    for name, ids in zip(names, differences.values(), strict=True):
        if ids:
            say(f"{name}: {len(ids)}  {'; '.join(ids[:3])}{' …' if len(ids) > 3 else ''}")
    say(f"{state.clauses} 条，索引一致 sound" if state.is_sound else "Fix: policyqa rebuild")
    return 0 if state.is_sound else 1


def rebuild(
    embed_again: Annotated[
        bool, typer.Option("--embed-again", help="Also make the vectors anew that are kept from before.")
    ] = False,
    data: DataFlag = None,
    json: JsonFlag = False,
) -> None:
    """Make Chroma and the keyword index anew from the catalog, with the embedder of the settings.

    Vectors that this embedder has made before are used again; questions are answered from the old indexes meanwhile.

    Examples:
      policyqa rebuild
      POLICYQA_EMBED_MODEL=BAAI/bge-m3 policyqa rebuild
    """
    from ingest.pipeline import rebuild as run  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    with progress_bar(STAGES) as progress:
        count = run(load_settings(data), progress, embed_again=embed_again)
    if json:
        emit({"clauses": count})
    else:
        say(f"已重建 rebuilt  {count} 条")
