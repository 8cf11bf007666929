"""Writes packages/losses/test/reference.json: values and gradients of losses as PyTorch has them.

Run it from the repository's root: python3 tools/reference/losses.py

Where PyTorch has no such loss, it is written out below, straight from its definition.
"""

import json
from pathlib import Path

import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(4)

OUTPUTS = torch.cat([torch.randn(6, 3) * 2, torch.tensor([[30.0, -45.0, 700.0], [0.0, -700.0, 0.25]])])
TARGETS = OUTPUTS + torch.randn(8, 3) * torch.tensor([0.1, 1.0, 10.0])
COUNTS = torch.randint(0, 6, (8, 3)).double()
RATES = torch.randn(8, 3) * 2
BITS = torch.randint(0, 2, (8, 3)).double()
SHARES = torch.softmax(torch.randn(8, 3), -1)
NUMBERS = torch.randint(0, 3, (8,))
STEPS = torch.randn(4, 5, 3) * 3
STEP_NUMBERS = torch.randint(0, 3, (4, 5))
WEIGHTS = [0.5, 2.0, 1.25]


def each(values):
    """The mean over all that belongs to an example."""
    return values.reshape(len(values), -1).mean(1)


def classes_first(x):
    return x.movedim(-1, 1)


def focal(x, t, gamma, weights):
    right = torch.softmax(x, -1).gather(-1, t[:, None])[:, 0]
    wrong = torch.softmax(x, -1).masked_fill(F.one_hot(t, 3).bool(), 0).sum(-1)
    return torch.tensor(weights)[t] * wrong**gamma * -torch.log(right)


def binary_focal(x, t, gamma, weights):
    wrong = torch.sigmoid(torch.where(t == 1, -x, x))
    weight = torch.where(t == 1, weights[1], weights[0])
    return weight * wrong**gamma * F.binary_cross_entropy_with_logits(x, t, reduction="none")


def pinball(x, t, level):
    return torch.where(t > x, level * (t - x), (1 - level) * (x - t))


def smooth(t, smoothing):
    return t * (1 - smoothing) + smoothing / 2


def cross_entropy(x, t, **options):
    return F.cross_entropy(classes_first(x), t, reduction="none", **options)


def binary(x, t, **options):
    return F.binary_cross_entropy_with_logits(x, t, reduction="none", **options)


W = torch.tensor(WEIGHTS)
MODERATE = OUTPUTS.clamp(-8, 8)
CASES = [
    ("mse", {}, OUTPUTS, TARGETS, lambda x, t: F.mse_loss(x, t, reduction="none")),
    ("mae", {}, OUTPUTS, TARGETS, lambda x, t: F.l1_loss(x, t, reduction="none")),
    ("huber", {}, OUTPUTS, TARGETS, lambda x, t: F.huber_loss(x, t, reduction="none")),
    ("huber", {"delta": 0.3}, OUTPUTS, TARGETS, lambda x, t: F.huber_loss(x, t, reduction="none", delta=0.3)),
    ("logCosh", {}, OUTPUTS, TARGETS, lambda x, t: torch.log(torch.cosh(x - t))),
    ("quantile", {"level": 0.9}, OUTPUTS, TARGETS, lambda x, t: pinball(x, t, 0.9)),
    ("poisson", {}, RATES, COUNTS, lambda x, t: F.poisson_nll_loss(x, t, reduction="none")),
    ("binaryCrossEntropy", {}, OUTPUTS, BITS, binary),
    ("binaryCrossEntropy", {}, OUTPUTS, SHARES, binary),
    ("binaryCrossEntropy", {"labelSmoothing": 0.1}, OUTPUTS, BITS, lambda x, t: binary(x, smooth(t, 0.1))),
    (
        "binaryCrossEntropy",
        {"classWeights": [1, 3]},
        OUTPUTS,
        BITS,
        lambda x, t: binary(x, t, pos_weight=torch.tensor(3.0)),
    ),
    (
        "binaryCrossEntropy",
        {"classWeights": [0.5, 3]},
        OUTPUTS,
        SHARES,
        lambda x, t: 0.5 * binary(x, t, pos_weight=torch.tensor(6.0)),
    ),
    (
        "binaryCrossEntropy",
        {"from": "probabilities"},
        torch.sigmoid(MODERATE),
        SHARES,
        lambda x, t: F.binary_cross_entropy(x, t, reduction="none"),
    ),
    ("binaryFocal", {}, OUTPUTS, BITS, lambda x, t: binary_focal(x, t, 2, [1, 1])),
    (
        "binaryFocal",
        {"gamma": 0.5, "classWeights": [0.75, 0.25]},
        MODERATE,
        BITS,
        lambda x, t: binary_focal(x, t, 0.5, [0.75, 0.25]),
    ),
    ("binaryHinge", {}, OUTPUTS, 2 * BITS - 1, lambda x, t: (1 - x * t).clamp(min=0)),
    ("binaryHinge", {"squared": True}, OUTPUTS, BITS, lambda x, t: (1 - x * (2 * t - 1)).clamp(min=0) ** 2),
    ("crossEntropy", {}, OUTPUTS, NUMBERS, cross_entropy),
    ("crossEntropy", {}, OUTPUTS, SHARES, cross_entropy),
    ("crossEntropy", {}, STEPS, STEP_NUMBERS, cross_entropy),
    ("crossEntropy", {"classWeights": WEIGHTS}, OUTPUTS, NUMBERS, lambda x, t: cross_entropy(x, t, weight=W)),
    ("crossEntropy", {"classWeights": WEIGHTS}, OUTPUTS, SHARES, lambda x, t: cross_entropy(x, t, weight=W)),
    (
        "crossEntropy",
        {"labelSmoothing": 0.2},
        STEPS,
        STEP_NUMBERS,
        lambda x, t: cross_entropy(x, t, label_smoothing=0.2),
    ),
    (
        "crossEntropy",
        {"labelSmoothing": 0.2, "classWeights": WEIGHTS},
        OUTPUTS,
        NUMBERS,
        lambda x, t: cross_entropy(x, t, label_smoothing=0.2, weight=W),
    ),
    (
        "crossEntropy",
        {"labelSmoothing": 0.2, "classWeights": WEIGHTS},
        OUTPUTS,
        SHARES,
        lambda x, t: cross_entropy(x, t, label_smoothing=0.2, weight=W),
    ),
    (
        "crossEntropy",
        {"from": "probabilities"},
        torch.softmax(MODERATE, -1),
        NUMBERS,
        lambda x, t: F.nll_loss(torch.log(x), t, reduction="none"),
    ),
    ("focal", {}, MODERATE, NUMBERS, lambda x, t: focal(x, t, 2, [1.0, 1.0, 1.0])),
    (
        "focal",
        {"gamma": 0.5, "classWeights": WEIGHTS},
        MODERATE,
        NUMBERS,
        lambda x, t: focal(x, t, 0.5, WEIGHTS),
    ),
    ("hinge", {}, OUTPUTS, NUMBERS, lambda x, t: F.multi_margin_loss(x, t, reduction="none")),
    ("hinge", {"squared": True}, OUTPUTS, NUMBERS, lambda x, t: F.multi_margin_loss(x, t, p=2, reduction="none")),
]


def case(loss, options, prediction, target, function):
    x = prediction.clone().requires_grad_()
    values = each(function(x, target))
    (gradient,) = torch.autograd.grad(values.sum(), x)
    return {
        "loss": loss,
        "options": options,
        "prediction": prediction.tolist(),
        "target": target.tolist(),
        "values": values.tolist(),
        "gradient": gradient.tolist(),
    }


def gaussian():
    mean = torch.randn(8, 2)
    variance = torch.rand(8, 2) * 3
    variance[0, 0] = 1e-9
    target = torch.randn(8, 2)
    parts = [mean.clone().requires_grad_(), variance.clone().requires_grad_()]
    # PyTorch writes the least variance into the tensor that it is given.
    values = each(F.gaussian_nll_loss(parts[0], target, parts[1] * 1, reduction="none", eps=1e-6))
    slopes = torch.autograd.grad(values.sum(), parts)
    return {
        "prediction": {"mean": mean.tolist(), "variance": variance.tolist()},
        "target": target.tolist(),
        "values": values.tolist(),
        "gradient": {"mean": slopes[0].tolist(), "variance": slopes[1].tolist()},
    }


Path("packages/losses/test/reference.json").write_text(
    json.dumps(
        {
            "origin": f"PyTorch {torch.__version__}, float64: python3 tools/reference/losses.py",
            "cases": [case(*given) for given in CASES],
            "gaussianNll": gaussian(),
        }
    )
    + "\n"
)
