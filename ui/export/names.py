"""Names for exported files that Windows, macOS and Linux take."""

import re
import unicodedata

_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_LONGEST = 30


def file_name(question: str, day: str, ending: str) -> str:
    """Return the beginning of a question with a day: `登记证书的有效期_2024-05-01.docx`.

    Args:
        question: Of any length; what no system allows in a name, and what nobody sees, is left out.
        day: As ISO; behind it no name is one that Windows keeps for itself, such as CON.
        ending: Without the full stop.
    """
    seen = "".join(c for c in question if unicodedata.category(c) not in _UNSEEN or c.isspace())
    words = " ".join(_FORBIDDEN.sub(" ", seen).split())[:_LONGEST].strip(" .?？。！!，,")
    return f"{'_'.join(filter(None, (words, day)))}.{ending}"
