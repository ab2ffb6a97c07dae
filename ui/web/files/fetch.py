"""A kept file on its way to the browser: a copy under an address that nobody can guess, for an hour."""

import shutil
import time
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import quote

from gradio.utils import get_upload_folder

from rag.text import Lang
from ui.web.files.markup import word
from ui.web.files.place import clear
from ui.web.sources.text import shown

_KEPT_S = 3600


def fetch_link(path: Path, name: str, lang: Lang) -> str:
    """Copy a file to where the page may serve it from, and return a link that saves it under its name.

    Args:
        path: Of the file; the caller has checked that this person may have it.
        name: Under which it is saved.
        lang: Of the page.
    """
    folder = Path(get_upload_folder()).resolve() / "policyqa-originals"
    for old in folder.glob("*"):
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > _KEPT_S:
                clear(old)
    copy = folder / token_urlsafe(24) / path.name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy.parent.mkdir(mode=0o700)
    shutil.copyfile(path, copy)
    address = f"gradio_api/file={quote(str(copy))}"
    return (
        f'<p class="pq-f-note" role="status"><a class="pq-f-button" href="{shown(address)}" '
        f'download="{shown(name)}">{word("download", lang)} {shown(name)}</a></p>'
    )
