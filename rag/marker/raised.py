"""Numbers of sources that are written as raised digits."""

RAISED = {raised: digit for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}


def raised_numbers(run: str, sources: int) -> list[int]:
    """Return the sources that a run of raised digits names: ¹² is 12 where there are so many sources, else 1 and 2."""
    digits = [RAISED[raised] for raised in run]
    number = int("".join(map(str, digits)))
    apart = number > sources and all(0 < digit <= sources for digit in digits)
    return digits if apart else [number]
