"""Browser tabs and whose they are: what one person left open is not the next one's."""

from collections import OrderedDict

_MOST = 20_000


class Tabs:
    """The person of each open tab; asked and changed on the server's event loop alone."""

    def __init__(self) -> None:
        self._persons: OrderedDict[str, str] = OrderedDict()

    def claim(self, tab: str, person: str) -> bool:
        """Take a tab for a person; False when it is another's.

        Args:
            tab: The random name that the page's script has given to it.
            person: Who asks from there.
        """
        owner = self._persons.setdefault(tab, person)
        self._persons.move_to_end(tab)
        if len(self._persons) > _MOST:
            self._persons.popitem(last=False)
        return owner == person
