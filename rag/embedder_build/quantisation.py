"""Eight-bit products: the rounding that the bundled file does, in training, and the file itself."""

import warnings
from pathlib import Path

import torch
from torch import nn
from transformers import BertModel

_STEPS = 255


class _Rounded(nn.Module):
    """A linear layer whose inputs and weights are rounded as onnxruntime's dynamic quantisation does.

    Weights: symmetric, one scale an output; inputs: 256 steps between the least and the greatest value of a text. The
    gradient passes as if nothing was rounded (straight-through, Bengio et al. 2013).
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.weight, self.bias = linear.weight, linear.bias

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        scale = self.weight.detach().abs().amax(1, keepdim=True) / 127
        weight = self.weight + ((self.weight / scale).round() * scale - self.weight).detach()
        low = inputs.detach().amin((1, 2), keepdim=True).clamp(max=0)
        step = (inputs.detach().amax((1, 2), keepdim=True).clamp(min=0) - low) / _STEPS
        rounded = inputs + ((inputs / step).round() * step - inputs).detach()
        return nn.functional.linear(rounded, weight, self.bias)


def with_rounded_products(network: BertModel) -> None:
    """Put the rounding into all linear layers; the names of the weights stay."""
    for module in list(network.encoder.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear):
                setattr(module, name, _Rounded(child))


class _Hidden(nn.Module):
    def __init__(self, network: BertModel) -> None:
        super().__init__()
        self._network = network

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        found = self._network(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        )
        return found.last_hidden_state  # type: ignore[no-any-return]


def export(network: BertModel, path: Path, weights: str = "QInt8", reduce_range: bool = False) -> None:
    """Write the network as ONNX with 8-bit weights.

    Args:
        network: In float32 on the CPU, for use and not for training, with eager attention.
        path: Of the file; one of the same name with `.fp32` stays beside it until the end.
        weights: `QInt8`, `QUInt8`, or `fp32` for no rounding.
        reduce_range: Seven bits for weights, so that sums do not overflow on old processors.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    path.parent.mkdir(parents=True, exist_ok=True)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    sample = torch.ones(2, 16, dtype=torch.long)
    whole = path.with_suffix(".fp32")
    with warnings.catch_warnings():
        # It warns of its successor, which needs another package, and of values that it fixes; a test compares the file.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Hidden(network),
            (sample, sample, torch.zeros_like(sample)),
            str(whole),
            input_names=names,
            output_names=["last_hidden_state"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in (*names, "last_hidden_state")},
            opset_version=17,
            dynamo=False,
        )
    if weights == "fp32":
        whole.replace(path)
        return
    kind = QuantType.QInt8 if weights == "QInt8" else QuantType.QUInt8
    quantize_dynamic(whole, path, weight_type=kind, per_channel=True, reduce_range=reduce_range)
    whole.unlink()
