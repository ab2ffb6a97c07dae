"""Recognition of a page's picture, by rapidocr with the Chinese models that its wheel carries."""

import os
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ingest.readers.page.recognised import A4, Recognised, Text, recognised
from ingest.readers.page.sheet import units
from rag.errors import UnreadableFile

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

INSTALL = "pip install 'policyqa[ocr]'"
_THREADS = 2
_DETECTION_SIDE = 1280
"""Lines are looked for in a picture of this size and recognised in the full one: half the time, the same letters."""
_LONG_SIDE = 2400
_SHORT_SIDE = 1400
_LEAST_SENSE = 0.6
"""A page that stands has about 1.2: the frame of a line is a little higher than its characters."""


def is_installed() -> bool:
    """Tell whether the `ocr` extra is there."""
    return find_spec("rapidocr") is not None


class Recogniser:
    """The models of rapidocr (31 MB); a page takes 2 to 4 s on two cores and 0.6 GB of memory."""

    def __init__(self) -> None:
        """Load the models from the installed package; nothing is downloaded.

        Raises:
            UnreadableFile: rapidocr is not installed, or its models are missing.
        """
        if not is_installed():
            raise UnreadableFile(
                "Pictures of text are read by OCR, which is not installed.",
                fix=INSTALL,
                chinese=("图片里的文字要用文字识别，尚未安装。", f"请管理员运行 {INSTALL}"),
            )
        self._engine = _engine(_model("det"), _model("rec"))

    def recognise(self, picture: "Image", number: int, long_side: float = A4) -> Recognised:
        """Recognise the picture of a page, upright or lying on its side or head.

        Args:
            picture: Of any mode and size.
            number: The page's.
            long_side: Of the page, in the units of other pages' sizes.
        """
        import numpy as np  # noqa: PLC0415

        pixels = np.ascontiguousarray(np.asarray(_sized(picture).convert("RGB"))[:, :, ::-1])
        texts = self._texts(pixels)
        for quarters in _turns(texts):
            turned = np.ascontiguousarray(np.rot90(pixels, quarters))
            again = self._texts(turned)
            if _sense(again) > _sense(texts) or _on_its_side(texts):
                pixels, texts = turned, again
        return recognised(pixels, texts, number, long_side)

    def _texts(self, pixels: "np.ndarray") -> list[Text]:
        found = self._engine(pixels)
        if found.boxes is None or found.txts is None:
            return []
        return [
            Text(text.strip(), tuple((float(x), float(y)) for x, y in box), float(score))
            for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
            if text.strip()
        ]


def _turns(texts: Sequence[Text]) -> tuple[int, ...]:
    """Return by how many quarters, against the clock, a page may have to be turned; none for one that stands."""
    if _on_its_side(texts):
        # Lines that run down or up were turned by one quarter before they were recognised.
        return (1,) if _sense(texts) > _LEAST_SENSE else (3,)
    return (2,) if texts and _sense(texts) < _LEAST_SENSE else ()


def _on_its_side(texts: Sequence[Text]) -> bool:
    return sum(_room(t) for t in texts if t.height > t.width) > sum(
        _room(t) for t in texts if t.height <= t.width
    )


def _sense(texts: Sequence[Text]) -> float:
    """Return how many characters were read with confidence for each that there is room for; of none, 0."""
    return sum(t.score * units(t.text) for t in texts) / max(1.0, sum(map(_room, texts)))


def _room(text: Text) -> float:
    long, short = max(text.width, text.height), min(text.width, text.height)
    return long / max(short, 1.0)


@cache
def _engine(detection: str, recognition: str) -> Any:
    """Load the models; once in a process, since each picture of a folder is a file of its own."""
    from rapidocr import RapidOCR  # noqa: PLC0415

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            # This module brings pictures to size and judges the scores.
            "Global.use_preprocess_img": False,
            "Global.text_score": 0.0,
            "EngineConfig.onnxruntime.intra_op_num_threads": min(_THREADS, os.cpu_count() or 1),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.limit_type": "max",
            "Det.limit_side_len": _DETECTION_SIDE,
            # At the usual 0.5 a short line alone on its page is missed; what is no text reads badly, and goes for that.
            "Det.box_thresh": 0.3,
            "Det.model_path": detection,
            "Rec.model_path": recognition,
            # Lines of unequal length in one batch are padded: no faster, and less exact.
            "Rec.rec_batch_num": 1,
        }
    )


def _model(kind: str) -> str:
    """Return the path of a model in the installed package: with a path, rapidocr downloads nothing."""
    names = sorted(str(f) for f in files("rapidocr").joinpath("models").iterdir() if f"_{kind}_" in f.name)
    if not names:
        raise UnreadableFile(
            f"rapidocr is installed without its model {kind!r}.",
            fix=f"{INSTALL} --force-reinstall",
            chinese=(f"rapidocr 缺少模型 {kind!r}。", f"请管理员运行 {INSTALL} --force-reinstall"),
        )
    return names[-1]


def _sized(picture: "Image") -> "Image":
    """Scale a picture so that print of a usual page is 20 to 50 pixels high."""
    long = max(picture.size)
    factor = min(1.0, _LONG_SIDE / long) if long > _SHORT_SIDE else min(3.0, _SHORT_SIDE / long)
    if factor == 1.0:
        return picture
    size = max(1, round(picture.width * factor)), max(1, round(picture.height * factor))
    return picture.convert("RGB").resize(size)
