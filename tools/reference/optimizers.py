"""Reference values of update rules, schedules and clipping, by PyTorch; AdaBound's by the formulas of its paper.

    python3 tools/reference/optimizers.py

writes packages/optimizers/test/reference.json and packages/trainer/test/clipping-reference.json.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from torch.optim import lr_scheduler

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = f"PyTorch {torch.__version__}, NumPy {np.__version__}: python3 tools/reference/optimizers.py"
SEEN = [1, 2, 3, 10, 30, 100]

torch.set_default_dtype(torch.float64)

# A small network with a quadratic valley around its weights, which is 1000 times as steep across as it is along.
PROBLEM = {
    "inputs": [[1.0, -0.5], [0.25, 2.0], [-1.5, 0.75], [0.5, 0.5]],
    "targets": [[0.5, -0.25, 0.1], [-0.75, 0.9, 0.3], [0.2, 0.4, -0.6], [0.0, -0.1, 0.8]],
    "curvature": [[0.01, 0.1, 1.0], [10.0, 0.5, 0.05]],
    "center": [[1.0, -1.0, 0.5], [0.3, -2.0, 3.0]],
    "weights": [[-0.4, 0.8, 1.2], [1.5, 0.1, -0.7]],
    "bias": [0.2, -0.6, 0.05],
}


def tensor(name):
    return torch.tensor(PROBLEM[name])


def loss_of(weights, bias):
    prediction = torch.tanh(tensor("inputs") @ weights + bias)
    valley = (tensor("curvature") * (weights - tensor("center")) ** 2).sum() / 2
    return ((prediction - tensor("targets")) ** 2).mean() + valley


def start():
    return [tensor(name).requires_grad_() for name in ("weights", "bias")]


def trajectory(make, schedule=None, l1=0.0):
    """All elements of weights and bias after the steps in SEEN."""
    parameters = start()
    optimizer = make(parameters)
    scheduler = schedule and schedule(optimizer)
    path = []
    for step in range(1, SEEN[-1] + 1):
        optimizer.zero_grad()
        loss = loss_of(*parameters) + l1 * sum(p.abs().sum() for p in parameters)
        loss.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        if step in SEEN:
            path.append([x for p in parameters for x in p.detach().flatten().tolist()])
    return path


def adabound(rate_of, base, final=0.1, gamma=1e-3, b1=0.9, b2=0.999, eps=1e-8, ams=False):
    """Luo et al., 2019, Algorithm 2, with Adam's bias correction in the rate, as their experiments have it."""
    parameters = start()
    values = [p.detach().numpy().copy() for p in parameters]
    m = [np.zeros_like(v) for v in values]
    v = [np.zeros_like(v) for v in values]
    top = [np.zeros_like(v) for v in values]
    path = []
    for t in range(1, SEEN[-1] + 1):
        leaves = [torch.tensor(value, requires_grad=True) for value in values]
        loss_of(*leaves).backward()
        rate = rate_of(t - 1)
        limit = final * rate / base
        lower, upper = limit * (1 - 1 / (gamma * t + 1)), limit * (1 + 1 / (gamma * t))
        for i, leaf in enumerate(leaves):
            g = leaf.grad.numpy()
            m[i] = b1 * m[i] + (1 - b1) * g
            v[i] = b2 * v[i] + (1 - b2) * g * g
            top[i] = np.maximum(top[i], v[i]) if ams else v[i]
            size = rate * math.sqrt(1 - b2**t) / (1 - b1**t) / (np.sqrt(top[i]) + eps)
            values[i] = values[i] - np.clip(size, lower, upper) * m[i]
        if t in SEEN:
            path.append([float(x) for value in values for x in value.flatten()])
    return path


def decay_weights_only(parameters):
    weights, bias = parameters
    groups = [{"params": [weights]}, {"params": [bias], "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=0.05, weight_decay=0.2)


O = torch.optim
TRAJECTORIES = {
    "sgd": trajectory(lambda p: O.SGD(p, lr=0.05)),
    "sgd, l2": trajectory(lambda p: O.SGD(p, lr=0.05, weight_decay=0.3)),
    "sgd, l1": trajectory(lambda p: O.SGD(p, lr=0.05), l1=0.02),
    "momentum": trajectory(lambda p: O.SGD(p, lr=0.02, momentum=0.9)),
    "momentum, Nesterov": trajectory(lambda p: O.SGD(p, lr=0.02, momentum=0.8, nesterov=True)),
    "momentum, l2": trajectory(lambda p: O.SGD(p, lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.1)),
    "rmsprop": trajectory(lambda p: O.RMSprop(p)),
    "rmsprop, options": trajectory(lambda p: O.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-2)),
    "rmsprop, centered": trajectory(lambda p: O.RMSprop(p, lr=0.01, alpha=0.95, centered=True)),
    "rmsprop, momentum": trajectory(lambda p: O.RMSprop(p, lr=0.005, momentum=0.9)),
    "rmsprop, all": trajectory(
        lambda p: O.RMSprop(p, lr=0.002, momentum=0.5, alpha=0.9, eps=1e-4, centered=True, weight_decay=0.1)
    ),
    "adagrad": trajectory(lambda p: O.Adagrad(p, lr=0.5)),
    "adagrad, initial sum": trajectory(lambda p: O.Adagrad(p, lr=0.3, initial_accumulator_value=0.1, eps=1e-3)),
    "adagrad, decay": trajectory(lambda p: O.Adagrad(p, lr=0.5, lr_decay=0.1)),
    "adam": trajectory(lambda p: O.Adam(p)),
    "adam, options": trajectory(lambda p: O.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-3)),
    "adam, amsgrad": trajectory(lambda p: O.Adam(p, lr=0.1, betas=(0.9, 0.9), amsgrad=True)),
    "adam, l2": trajectory(lambda p: O.Adam(p, lr=0.05, weight_decay=0.2)),
    "adam, schedule": trajectory(
        lambda p: O.Adam(p, lr=0.2), lambda o: lr_scheduler.ExponentialLR(o, gamma=0.95)
    ),
    "adamW": trajectory(lambda p: O.AdamW(p)),
    "adamW, options": trajectory(lambda p: O.AdamW(p, lr=0.05, weight_decay=0.5, betas=(0.7, 0.99))),
    "adamW, amsgrad": trajectory(lambda p: O.AdamW(p, lr=0.1, weight_decay=0.1, betas=(0.9, 0.9), amsgrad=True)),
    "adamW, schedule": trajectory(
        lambda p: O.AdamW(p, lr=0.1, weight_decay=0.3), lambda o: lr_scheduler.ExponentialLR(o, gamma=0.95)
    ),
    "adamW, matrices only": trajectory(decay_weights_only),
    "adaBound": adabound(lambda step: 0.001, 0.001),
    "adaBound, options": adabound(lambda step: 0.02, 0.02, final=0.05, gamma=0.05, b1=0.8, b2=0.9),
    "adaBound, amsgrad": adabound(lambda step: 0.05, 0.05, final=0.1, gamma=0.01, b2=0.9, ams=True),
    "adaBound, schedule": adabound(lambda step: 0.05 * 0.97**step, 0.05, gamma=0.02, eps=1e-4),
}


def rates(make, count=40, rate=1.0):
    """The learning rate of the first `count` steps (or epochs) of the scheduler."""
    optimizer = O.SGD([torch.zeros(1, requires_grad=True)], lr=rate, momentum=0.9)
    scheduler = make(optimizer)
    found = []
    for _ in range(count):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def warm_restarts(**options):
    """At fractions of an epoch, 10 steps an epoch."""
    optimizer = O.SGD([torch.zeros(1, requires_grad=True)], lr=0.8)
    scheduler = lr_scheduler.CosineAnnealingWarmRestarts(optimizer, **options)
    found = []
    for step in range(60):
        scheduler.step(step / 10)
        found.append(optimizer.param_groups[0]["lr"])
    return found


def plateau(values, **options):
    """The learning rate before each epoch, and after the last."""
    optimizer = O.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    found = [0.4]
    for value in values:
        scheduler.step(value)
        found.append(optimizer.param_groups[0]["lr"])
    return found


S = lr_scheduler
SCHEDULES = {
    "exponentialDecay": rates(lambda o: S.ExponentialLR(o, gamma=0.9)),
    "exponentialDecay, staircase": rates(lambda o: S.StepLR(o, step_size=7, gamma=0.3)),
    "piecewise": rates(lambda o: S.MultiStepLR(o, milestones=[5, 12, 30], gamma=0.1)),
    "cosine": rates(lambda o: S.CosineAnnealingLR(o, T_max=39, eta_min=0.05)),
    "polynomial": rates(lambda o: S.PolynomialLR(o, total_iters=30, power=2)),
    "warmRestarts": warm_restarts(T_0=2, eta_min=0.1),
    "warmRestarts, multiplier": warm_restarts(T_0=1, T_mult=2),
    "cyclical": rates(lambda o: S.CyclicLR(o, base_lr=0.1, max_lr=0.9, step_size_up=5)),
    "cyclical, triangular2": rates(
        lambda o: S.CyclicLR(o, 0.1, 0.9, step_size_up=3, step_size_down=9, mode="triangular2")
    ),
    "cyclical, expRange": rates(
        lambda o: S.CyclicLR(o, 0.1, 0.9, step_size_up=8, step_size_down=4, mode="exp_range", gamma=0.97)
    ),
    "oneCycle": rates(lambda o: S.OneCycleLR(o, max_lr=0.5, total_steps=41)),
    "oneCycle, linear": rates(
        lambda o: S.OneCycleLR(
            o, max_lr=0.5, total_steps=41, pct_start=0.4, anneal_strategy="linear", div_factor=10, final_div_factor=100
        )
    ),
    "oneCycle, three phases": rates(lambda o: S.OneCycleLR(o, max_lr=0.5, total_steps=41, three_phase=True)),
    "warmUp": rates(lambda o: S.LinearLR(o, start_factor=1 / 3, total_iters=8)),
    "warmUp, cosine": rates(
        lambda o: S.ChainedScheduler(
            [S.LinearLR(o, start_factor=0.1, total_iters=10), S.CosineAnnealingLR(o, T_max=40)]
        )
    ),
    "warmUp, delayed": rates(
        lambda o: S.SequentialLR(
            o, [S.LinearLR(o, start_factor=0.25, total_iters=6), S.ExponentialLR(o, gamma=0.9)], milestones=[6]
        )
    ),
}

generator = np.random.default_rng(5)
NOISY = [float(x) for x in 1 / np.arange(1, 61) ** 0.3 + 0.1 * generator.random(60)]
PLATEAUS = {
    "noisy": plateau(NOISY, factor=0.5, patience=3),
    "cooldown": plateau(NOISY, factor=0.5, patience=1, cooldown=4, min_lr=0.03),
    "absolute": plateau(NOISY, factor=0.2, patience=4, threshold=0.05, threshold_mode="abs"),
    "maximized": plateau([2 - x for x in NOISY], factor=0.5, patience=3, threshold=0.01, mode="max"),
}


def clipped(limit, scale):
    """Three gradients of different shapes, their joint norm, and what `clip_grad_norm_` makes of them."""
    shapes = [(2, 3), (3,), ()]
    leaves = [torch.tensor(generator.normal(size=shape) * scale, requires_grad=True) for shape in shapes]
    for leaf in leaves:
        leaf.grad = leaf.detach().clone()
    norm = torch.nn.utils.clip_grad_norm_(leaves, limit)
    return {
        "limit": limit,
        "norm": float(norm),
        "shapes": shapes,
        "gradients": [leaf.detach().flatten().tolist() for leaf in leaves],
        "clipped": [leaf.grad.flatten().tolist() for leaf in leaves],
    }


def write(path, value):
    (ROOT / path).write_text(json.dumps({"origin": ORIGIN, **value}, indent=1) + "\n")


write(
    "packages/optimizers/test/reference.json",
    {
        "problem": PROBLEM,
        "steps": SEEN,
        "trajectories": TRAJECTORIES,
        "schedules": SCHEDULES,
        "monitored": NOISY,
        "plateaus": PLATEAUS,
    },
)
write(
    "packages/trainer/test/clipping-reference.json",
    {"cases": [clipped(5.0, 20.0), clipped(100.0, 20.0), clipped(0.5, 1e3)]},
)
