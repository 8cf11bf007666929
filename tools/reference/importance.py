"""Writes packages/interpret/test/reference.json: permutation importance as scikit-learn has it.

Run it from the repository's root: python3 tools/reference/importance.py
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.inspection import permutation_importance
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler

REPEATS = 400
random = np.random.RandomState(11)


class Function:
    """What scikit-learn takes for a fitted model."""

    def __init__(self, fn, kind):
        self.predict = fn
        self._estimator_type = kind
        self.classes_ = np.array([0, 1])

    def fit(self, *_):
        return self


def prices(x):
    """A linear part, an interaction, a curve; the last column plays no part."""
    return 2 * x[:, 0] - x[:, 1] + 1.5 * x[:, 1] * x[:, 2] + 0.5 * x[:, 3] ** 2


def classes(x):
    return (prices(x) > 0.5).astype(int)


def importance(fn, kind, x, y, scoring):
    found = permutation_importance(
        Function(fn, kind), x, y, scoring=scoring, n_repeats=REPEATS, random_state=3
    )
    return {
        "mean": found.importances_mean.tolist(),
        "deviation": found.importances_std.tolist(),
    }


def grouped(x, y, columns):
    """Several columns shuffled together, which scikit-learn does not do: the drop of R²."""

    def r2(inputs):
        return 1 - ((prices(inputs) - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()

    drops = []
    for _ in range(REPEATS):
        shuffled = x.copy()
        shuffled[:, columns] = x[random.permutation(len(x))][:, columns]
        drops.append(r2(x) - r2(shuffled))
    return {"mean": float(np.mean(drops)), "deviation": float(np.std(drops))}


def piped(x):
    """Raw columns before a pipeline: squares are added, all is scaled, and what comes out is a logarithm."""
    weights = np.array([0.9, -0.4, 0.2, 0.0, 0.1, -0.7, 0.5, 0.0, 0.3, 0.0])
    before = make_pipeline(FunctionTransformer(lambda x: np.hstack([x, x**2])), MinMaxScaler())
    scaled = before.fit_transform(x)
    y = np.round(10 ** (scaled @ weights + 0.03 * random.normal(size=len(x))), 6)
    model = Function(lambda x: 10 ** (x @ weights), "regressor")
    found = permutation_importance(
        make_pipeline(*[step for _, step in before.steps], model),
        *(x, y),
        scoring="r2",
        n_repeats=REPEATS,
        random_state=3,
    )
    return {
        "weights": weights.tolist(),
        "targets": y.tolist(),
        "mean": found.importances_mean.tolist(),
        "deviation": found.importances_std.tolist(),
    }


x = np.round(random.normal(size=(300, 5)), 6)
y = np.round(prices(x) + 0.3 * random.normal(size=300), 6)
labels = (y > 0.5).astype(int)

Path("packages/interpret/test/reference.json").write_text(
    json.dumps(
        {
            "origin": f"scikit-learn {sklearn.__version__}: python3 tools/reference/importance.py",
            "repeats": REPEATS,
            "inputs": x.tolist(),
            "targets": y.tolist(),
            "labels": labels.tolist(),
            "r2": importance(prices, "regressor", x, y, "r2"),
            "mse": importance(prices, "regressor", x, y, "neg_mean_squared_error"),
            "accuracy": importance(classes, "classifier", x, labels, "accuracy"),
            "group": {"columns": [1, 2], **grouped(x, y, [1, 2])},
            "pipeline": piped(x),
        }
    )
    + "\n"
)
