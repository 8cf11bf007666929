"""Writes packages/layers-dense/test/reference.json: layers, their gradients and initializers as PyTorch has them.

Run it from the repository's root: python3 tools/reference/layers.py
"""

import json
import math
from pathlib import Path

import torch
from torch.nn import functional as F
from torch.nn import init

torch.set_default_dtype(torch.float64)

SIZES = [1e-300, 1e-12, 1e-6, 0.01, 0.3, 1, 1.5, 2, 3.7, 6, 10, 13, 20, 40, 120, 800, 1e10, 1e160]
POINTS = [0.0] + [sign * size for size in SIZES for sign in (1, -1)]

ACTIVATIONS = {
    "linear": lambda x: x * 1,
    "relu": F.relu,
    "leakyRelu": lambda x: F.leaky_relu(x, 0.2),
    "elu": F.elu,
    "elu with alpha 0.5": lambda x: F.elu(x, 0.5),
    "selu": F.selu,
    "gelu": F.gelu,
    "gelu, approximate": lambda x: F.gelu(x, approximate="tanh"),
    "swish": F.silu,
    "swish with beta 1.5": lambda x: x * torch.sigmoid(1.5 * x),
    "softplus": lambda x: F.softplus(x, threshold=700),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}

# At 0, PyTorch takes their slope from the left and their curvature from the right.
BENT = ("elu", "elu with alpha 0.5", "selu")


def numbers(values):
    """Nested lists in which null stands for what is not finite."""
    if isinstance(values, torch.Tensor):
        values = values.detach().tolist()
    if isinstance(values, list):
        return [numbers(value) for value in values]
    return values if math.isfinite(values) else None


def leaf(*shape, scale=1.0):
    """Fixed numbers that look random."""
    count = math.prod(shape)
    return (scale * torch.sin(torch.arange(1, count + 1) ** 2 * 0.7)).reshape(shape).requires_grad_()


def activations():
    result = {}
    for name, fn in ACTIVATIONS.items():
        x = torch.tensor(POINTS, requires_grad=True)
        y = fn(x)
        (slope,) = torch.autograd.grad(y.sum(), x, create_graph=True)
        curvature = torch.zeros_like(x)
        if slope.requires_grad:
            (curvature,) = torch.autograd.grad(slope.sum(), x)
        if name in BENT:
            curvature[0] = math.nan
        result[name] = {"y": numbers(y), "slope": numbers(slope), "curvature": numbers(curvature)}
    return result


def layer(inputs, fn, **rest):
    """Inputs and parameters, the output, and the gradients of the sum of output · sin(1, 2, 3, …)."""
    y = fn(**inputs)
    weights = torch.sin(torch.arange(1.0, y.numel() + 1)).reshape(y.shape)
    wanted = [x for x in inputs.values() if x.requires_grad]
    gradients = iter(torch.autograd.grad((y * weights).sum(), wanted))
    return {
        "inputs": {name: x.tolist() for name, x in inputs.items()},
        "output": numbers(y),
        "gradients": {
            name: numbers(next(gradients)) for name, x in inputs.items() if x.requires_grad
        },
        **rest,
    }


def layers():
    rows = leaf(3, 4, scale=3)
    far = torch.tensor([[1000.0, 998, -1000, 1001], [0, 0, 0, 0], [-800, -801, -802, -799]]).requires_grad_()
    indices = torch.tensor([[0, 3, 1], [3, 3, 4]])
    return {
        "dense": layer(
            {"x": leaf(3, 4), "weights": leaf(4, 2), "bias": leaf(2)},
            lambda x, weights, bias: torch.tanh(F.linear(x, weights.T, bias)),
        ),
        "embedding": layer(
            {"x": indices, "vectors": leaf(5, 2)}, lambda x, vectors: F.embedding(x, vectors)
        ),
        "prelu": layer(
            {"x": rows, "slope": leaf(4)}, lambda x, slope: F.prelu(x, slope)
        ),
        "prelu, shared": layer(
            {"x": rows, "slope": leaf(1)}, lambda x, slope: F.prelu(x, slope)
        ),
        "softmax": layer({"x": rows}, lambda x: F.softmax(x, -1)),
        "softmax of large numbers": layer({"x": far}, lambda x: F.softmax(x, -1)),
        "logSoftmax": layer({"x": rows}, lambda x: F.log_softmax(x, -1)),
        "logSoftmax of large numbers": layer({"x": far}, lambda x: F.log_softmax(x, -1)),
    }


class Recorder(torch.Tensor):
    """Notes the distribution that an initializer draws from."""

    def uniform_(self, low, high):
        self.drawn = {"low": low, "high": high}
        return self

    def normal_(self, mean, deviation):
        self.drawn = {"mean": mean, "deviation": deviation}
        return self


INITIALIZERS = {
    "glorotUniform": init.xavier_uniform_,
    "glorotNormal": init.xavier_normal_,
    "heUniform": lambda w: init.kaiming_uniform_(w, nonlinearity="relu"),
    "heNormal": lambda w: init.kaiming_normal_(w, nonlinearity="relu"),
    "lecunUniform": lambda w: init.kaiming_uniform_(w, nonlinearity="linear"),
    "lecunNormal": lambda w: init.kaiming_normal_(w, nonlinearity="linear"),
    "fan out, uniform": lambda w: init.kaiming_uniform_(w, mode="fan_out", nonlinearity="relu"),
    "fan out, normal": lambda w: init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu"),
    "leaky relu": lambda w: init.kaiming_normal_(w, a=0.2),
    "average, gain of tanh": lambda w: init.xavier_uniform_(w, gain=init.calculate_gain("tanh")),
}


def initializers():
    """For weights [inputs, units], and [rows, columns, inputs, units] of a convolution."""
    result = {}
    for shape in [(30, 20), (3, 5, 4, 6)]:
        *window, inputs, units = shape
        for name, fn in INITIALIZERS.items():
            weights = torch.empty(units, inputs, *window).as_subclass(Recorder)
            fn(weights)
            result.setdefault(name, []).append({"shape": shape, **weights.drawn})
    return result


reference = {
    "origin": f"PyTorch {torch.__version__}, float64; python3 tools/reference/layers.py",
    "points": POINTS,
    "activations": activations(),
    "layers": layers(),
    "initializers": initializers(),
}
path = Path(__file__).parents[2] / "packages/layers-dense/test/reference.json"
path.write_text(json.dumps(reference, indent=1) + "\n")
