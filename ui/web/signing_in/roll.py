"""The accounts of the people who may use the page; the first one may be added while it is served."""

import threading
from contextlib import closing

from rag.account.file import NAME
from rag.account.sign_on import check_sign_on, is_set_up
from rag.accounts import Accounts, has_accounts, open_accounts
from rag.settings import Settings


class Roll:
    """Whether people have to sign in, and their accounts."""

    def __init__(self, settings: Settings | None, *, required: bool = False) -> None:
        """Look into the data folder of some settings.

        Args:
            settings: None for a page without a data folder, on which nobody can have an account.
            required: Nobody comes in without an account, even if the accounts were taken away.

        Raises:
            SettingsError: Signing in elsewhere is set up badly.
        """
        if settings is not None:
            check_sign_on(settings)
        self.settings = settings
        # Whom a provider or a proxy names gets an account at the first visit.
        self._elsewhere = settings is not None and is_set_up(settings)
        self._required = required or self._elsewhere
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
        if self.settings is None or not (self._elsewhere or has_accounts(self.settings.data)):
            return self._opened
        with self._lock:
            state = self._state()
            # A restored backup is another file.
            if self._opened is None or (state is not None and self._file != state):
                found = open_accounts(self.settings)
                if self._opened is None and not self._elsewhere and not found.any():
                    found.close()
                    return None
                self._opened, self._file = found, self._state()
        return self._opened

    def _state(self) -> tuple[int, int] | None:
        if self.settings is None or not has_accounts(self.settings.data):
            return None
        state = (self.settings.data / NAME).stat()
        return state.st_dev, state.st_ino


def someone_can_sign_in(settings: Settings) -> bool:
    """Tell whether anybody has an account, or gets one from a provider or a proxy, without making a file.

    Raises:
        PolicyQAError: The accounts cannot be read, or the way in is set up badly.
    """
    check_sign_on(settings)
    if is_set_up(settings):
        return True
    if not has_accounts(settings.data):
        return False
    with closing(open_accounts(settings)) as accounts:
        return accounts.any()
