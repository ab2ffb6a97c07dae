"""The accounts of the people who may use the page; the first one may be added while it is served."""

import threading
from contextlib import closing

from rag.account.file import NAME
from rag.accounts import Accounts, has_accounts, open_accounts
from rag.settings import Settings


class Roll:
    """Whether people have to sign in, and their accounts."""

    def __init__(self, settings: Settings | None, *, required: bool = False) -> None:
        """Look into the data folder of some settings.

        Args:
            settings: None for a page without a data folder, on which nobody can have an account.
            required: Nobody comes in without an account, even if the accounts were taken away.
        """
        self._settings, self._required = settings, required
        self._lock = threading.Lock()
        self._opened: Accounts | None = None
        self._file: tuple[int, int] | None = None

    @property
    def is_on(self) -> bool:
        """Whether people have to sign in; once they had to, it stays so.

        Raises:
            PolicyQAError: The accounts cannot be read.
        """
        self._required = self._required or self.accounts is not None
        return self._required

    @property
    def accounts(self) -> Accounts | None:
        """The accounts; None while there are none. Raises as `is_on`."""
        if self._settings is None or not has_accounts(self._settings.data):
            return self._opened
        state = (self._settings.data / NAME).stat()
        with self._lock:
            # A restored backup is another file.
            if self._opened is None or self._file != (state.st_dev, state.st_ino):
                found = open_accounts(self._settings)
                if self._opened is None and not found.any():
                    found.close()
                    return None
                self._opened, self._file = found, (state.st_dev, state.st_ino)
        return self._opened


def someone_can_sign_in(settings: Settings) -> bool:
    """Tell whether anybody has an account, without making a file.

    Raises:
        PolicyQAError: The accounts cannot be read.
    """
    if not has_accounts(settings.data):
        return False
    with closing(open_accounts(settings)) as accounts:
        return accounts.any()
