"""The command that makes the bundled embedder."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from rag.errors import PolicyQAError

_ABOUT = """\
Make the bundled embedder from public weights and texts.

Needs pip install 'policyqa[train]' and a folder of STARD. About an hour on two cores, and half an hour more
with --mine, which embeds all articles once; a stopped run goes on where it was.
The files in OUT take the place of those in rag/models/clause_embed; then renew the figures: make baseline.
"""
_EXAMPLES = """\
examples:
  python -m rag.embedder_build --stard bench/stard --out build/embedder
  python -m rag.embedder_build --stard bench/stard --out build/rounded --rounded --device cuda
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    given = _parser().parse_args(arguments)
    # torch takes two seconds to import: not for --help.
    from rag.embedder_build.build import Options, build  # noqa: PLC0415
    from rag.embedder_build.training import Recipe  # noqa: PLC0415

    recipe = Recipe(seed=given.seed, device=given.device, rounded=given.rounded)
    if given.steps is not None:
        recipe = replace(recipe, steps=given.steps)
    options = Options(
        given.stard, given.out, recipe, given.mine, given.share, given.weights, given.reduce_range
    )
    try:
        found = build(options, _report)
    except PolicyQAError as error:
        sys.stderr.write(f"\n{error.message}\nFix: {error.fix}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped; the same command goes on from here.\n")
        return 130
    sys.stderr.write("\n")
    for name, figure in found.items():
        sys.stdout.write(
            f"{name:9s} R@10 {figure.recall:.3f}  MRR@10 {figure.mrr:.3f}  of {figure.articles:,} articles\n"
        )
    return 0


def _report(stage: str, done: int, total: int) -> None:
    sys.stderr.write(f"\r{stage} {done:,}/{total:,}      ")
    sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m rag.embedder_build",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--stard", type=Path, required=True, metavar="DIR", help="folder of the public set")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for what is made")
    parser.add_argument("--seed", type=int, default=0, help="of all that is drawn (0)")
    parser.add_argument("--steps", type=int, help="of training (330)")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument(
        "--mine", action="store_true", help="mine hard negatives anew, with the embedder that is bundled now"
    )
    parser.add_argument("--rounded", action="store_true", help="train with the rounding of 8-bit products")
    parser.add_argument(
        "--share", type=float, default=0.75, help="of the trained weights in the average (0.75)"
    )
    parser.add_argument("--weights", choices=["QInt8", "QUInt8", "fp32"], default="QInt8")
    parser.add_argument("--reduce-range", action="store_true", help="seven bits, for processors without VNNI")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
