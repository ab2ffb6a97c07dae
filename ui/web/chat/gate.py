"""How many answers are made at once; the others wait in the order in which they came, and know their place."""

import threading


class Gate:
    """Lets so many answers in at once."""

    def __init__(self, at_once: int) -> None:
        """Open it.

        Args:
            at_once: From 1.
        """
        self._at_once = at_once
        self._line: list[Place] = []
        self._moved = threading.Condition()

    def line_up(self) -> "Place":
        """Return a place at the end of the line; whoever takes it leaves it again."""
        with self._moved:
            place = Place(self)
            self._line.append(place)
            return place

    @property
    def waiting(self) -> int:
        """How many wait outside."""
        with self._moved:
            return max(0, len(self._line) - self._at_once)

    def position(self, place: "Place") -> int:
        """Return a place's number among those who wait, from 1; 0 inside and after leaving."""
        with self._moved:
            return self._position(place)

    def _position(self, place: "Place") -> int:
        return max(0, self._line.index(place) - self._at_once + 1) if place in self._line else 0

    def wait(self, place: "Place") -> None:
        """Return when a place has come in, or has been left."""
        with self._moved:
            self._moved.wait_for(lambda: self._position(place) == 0)

    def leave(self, place: "Place") -> None:
        """Let the next one in; leaving twice is no harm."""
        with self._moved:
            if place in self._line:
                self._line.remove(place)
                self._moved.notify_all()


class Place:
    """One answer's place in the line of a gate."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    @property
    def position(self) -> int:
        """Number among those who wait, from 1; 0 as soon as it is in."""
        return self._gate.position(self)

    def wait(self) -> None:
        """Return when it has come in, or has been left."""
        self._gate.wait(self)

    def leave(self) -> None:
        """Give it up; the next one comes in."""
        self._gate.leave(self)
