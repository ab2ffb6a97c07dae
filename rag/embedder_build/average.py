"""Weights between those before and those after training: what the one forgot, the other still knows."""

import torch

State = dict[str, torch.Tensor]


def averaged(before: State, after: State, share: float) -> State:
    """Return `share` of the trained weights and the rest of the original ones (Wortsman et al. 2022, WiSE-FT).

    Args:
        before: Name → weights.
        after: The same names and shapes.
        share: In [0, 1].
    """
    return {
        name: torch.lerp(old, after[name].to(old), share) if old.is_floating_point() else old
        for name, old in before.items()
    }
