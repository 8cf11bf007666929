"""Writes packages/metrics/test/reference.json: metrics as scikit-learn has them.

Run it from the repository's root: python3 tools/reference/metrics.py
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.calibration import calibration_curve
from sklearn.preprocessing import label_binarize

random = np.random.RandomState(5)
ARRAYS = []
CASES = []


def stored(values):
    """The position of an array in the file, which holds equal ones once."""
    values = np.asarray(values).tolist()
    if values not in ARRAYS:
        ARRAYS.append(values)
    return ARRAYS.index(values)


def add(metric, options, prediction, target, expected):
    CASES.append(
        {
            "metric": metric,
            "options": options,
            "prediction": stored(prediction),
            "target": stored(target),
            "expected": np.asarray(expected).tolist(),
        }
    )


def softmax(x):
    weights = np.exp(x - x.max(1, keepdims=True))
    return weights / weights.sum(1, keepdims=True)


def regression(prediction, target):
    add("r2", {}, prediction, target, m.r2_score(target, prediction))
    add("mse", {}, prediction, target, m.mean_squared_error(target, prediction))
    add("rmse", {}, prediction, target, m.mean_squared_error(target, prediction, squared=False))
    add("mae", {}, prediction, target, m.mean_absolute_error(target, prediction))
    add("mape", {}, prediction, target, m.mean_absolute_percentage_error(target, prediction))


for rows, outputs, offset in [(40, 1, 0), (40, 3, 1e6), (2, 2, -5)]:
    target = random.normal(size=(rows, outputs)) * 3 + offset
    regression(target + random.normal(size=target.shape), target)
regression(np.array([[1.0, 2.0], [1.5, 2.0]]), np.array([[1.0, 2.0], [1.0, 2.0]]))


def classes(logits, target):
    probabilities = softmax(logits)
    predicted = logits.argmax(1)
    count = logits.shape[1]
    add("accuracy", {}, logits, target, m.accuracy_score(target, predicted))
    add("confusionMatrix", {}, logits, target, m.confusion_matrix(target, predicted, labels=range(count)))
    for average in ["macro", "micro", "weighted"]:
        options = {"average": average}
        arguments = {"average": average, "zero_division": 0}
        add("precision", options, logits, target, m.precision_score(target, predicted, **arguments))
        add("recall", options, logits, target, m.recall_score(target, predicted, **arguments))
        add("f1", options, logits, target, m.f1_score(target, predicted, **arguments))
    for k in [1, 2, 3]:
        expected = m.top_k_accuracy_score(target, logits, k=k, labels=range(count))
        add("topK", {"k": k}, logits, target, expected)
    if len(set(target)) == count:
        expected = m.roc_auc_score(target, probabilities, multi_class="ovr")
        add("rocAuc", {}, logits, target, expected)
        add("rocAuc", {"from": "probabilities"}, probabilities, target, expected)
        hot = label_binarize(target, classes=range(count))
        add("prAuc", {}, logits, target, m.average_precision_score(hot, probabilities))
    calibration(logits, target, {"bins": 5}, probabilities.max(1), predicted == target)


def calibration(prediction, target, options, probability, outcome):
    bins = options["bins"]
    frequency, mean = calibration_curve(outcome, probability, n_bins=bins)
    # Each bin has its upper edge, as those of calibration_curve.
    counts = np.bincount(np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], probability))
    counts = counts[counts > 0]
    expected = (counts * abs(frequency - mean)).sum() / counts.sum()
    add("calibrationError", options, prediction, target, expected)
    add("reliability", options, prediction, target, np.stack([counts, mean, frequency], 1))


# Common and rare classes; one that is never predicted, and one that does not occur.
classes(random.normal(size=(60, 4)), random.choice(4, 60, p=[0.6, 0.25, 0.1, 0.05]))
classes(random.normal(size=(30, 5)) - np.array([0, 0, 9, 0, 0]), random.choice(4, 30))
classes(np.concatenate([random.normal(size=(20, 3)), np.full((20, 1), -50)], 1), random.choice(3, 20))


def binary(probabilities, target):
    logits = np.log(probabilities / (1 - probabilities))
    column = probabilities[:, None]
    both = {"from": "probabilities"}
    for threshold in [0.5, 0.3]:
        predicted = probabilities > threshold
        for prediction, options in [(logits, {}), (column, both)]:
            options = {**options, "threshold": threshold}
            add("accuracy", options, prediction, target, m.accuracy_score(target, predicted))
            for average in ["binary", "macro", "weighted"]:
                arguments = {"average": average, "zero_division": 0}
                full = {**options, "average": average}
                add("precision", full, prediction, target, m.precision_score(target, predicted, **arguments))
                add("recall", full, prediction, target, m.recall_score(target, predicted, **arguments))
                add("f1", full, prediction, target, m.f1_score(target, predicted, **arguments))
    expected = m.confusion_matrix(target, probabilities > 0.5, labels=[0, 1])
    add("confusionMatrix", {}, logits, target, expected)
    if len(set(target)) == 2:
        area = m.roc_auc_score(target, probabilities)
        precision = m.average_precision_score(target, probabilities)
        columns = np.stack([1 - probabilities, probabilities], 1)
        for prediction, options in [(logits, {}), (column, both), (columns, both)]:
            add("rocAuc", options, prediction, target, area)
            add("prAuc", options, prediction, target, precision)
    calibration(column, target, {"bins": 10, **both}, probabilities, target)


# Random, with many ties, with a rare class, with perfect and with reversed order, and of one class.
binary(random.uniform(size=50), random.choice(2, 50))
binary(random.choice([0.125, 0.25, 0.375, 0.6, 0.7], 80), random.choice(2, 80))
binary(np.round(random.uniform(0.01, 0.99, 120), 2), random.choice(2, 120, p=[0.95, 0.05]))
binary(np.array([0.1, 0.2, 0.7, 0.9]), np.array([0, 0, 1, 1]))
binary(np.array([0.9, 0.8, 0.2, 0.1]), np.array([0, 0, 1, 1]))
binary(np.array([0.9, 0.9, 0.9, 0.9]), np.array([0, 1, 0, 1]))
binary(np.array([0.2, 0.8, 0.1]), np.array([0, 0, 0]))
binary(np.array([0.2, 0.1]), np.array([1, 1]))

Path("packages/metrics/test/reference.json").write_text(
    json.dumps(
        {
            "origin": f"scikit-learn {sklearn.__version__}: python3 tools/reference/metrics.py",
            "arrays": ARRAYS,
            "cases": CASES,
        }
    )
    + "\n"
)
