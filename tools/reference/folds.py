"""Writes packages/trainer-kfold/test/reference.json: folds as scikit-learn has them, and quantiles of Student's t.

Run it from the repository's root: python3 tools/reference/folds.py
"""

import json
from pathlib import Path

import numpy
import scipy
import sklearn
from scipy.stats import t
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit

random = numpy.random.RandomState(7)


def splits(splitter, rows, labels=None, groups=None):
    found = splitter.split(numpy.zeros((rows, 1)), labels, groups)
    return [{"train": train.tolist(), "validation": held.tolist()} for train, held in found]


k_folds = [
    {"rows": rows, "folds": folds, "splits": splits(KFold(folds), rows)}
    for rows, folds in [(10, 2), (11, 3), (5, 5), (23, 4), (40, 7)]
]

stratified = []
for rows, folds, classes in [(12, 3, 2), (30, 4, 3), (41, 5, 4), (60, 7, 5)]:
    labels = numpy.concatenate([numpy.arange(classes).repeat(folds), random.randint(0, classes, rows)])
    labels = random.permutation(labels)[: max(rows, classes * folds)]
    if min(numpy.bincount(labels)) < folds:
        labels = numpy.concatenate([labels, numpy.arange(classes).repeat(folds)])
    found = splits(StratifiedKFold(folds), len(labels), labels)
    stratified.append({"folds": folds, "labels": labels.tolist(), "splits": found})

grouped = []
for rows, folds, groups in [(12, 3, 5), (40, 4, 9), (80, 5, 30)]:
    of = numpy.concatenate([numpy.arange(groups), random.randint(0, groups, rows - groups)])
    sizes = [len(held) for _, held in GroupKFold(folds).split(numpy.zeros((rows, 1)), groups=of)]
    grouped.append({"folds": folds, "groups": of.tolist(), "sizes": sizes})

time_series = []
for rows, options in [
    (12, {"folds": 3}),
    (50, {"folds": 4, "gap": 3}),
    (50, {"folds": 4, "gap": 2, "size": 5}),
    (31, {"folds": 5, "window": 6}),
    (40, {"folds": 3, "gap": 1, "size": 4, "window": 10}),
]:
    splitter = TimeSeriesSplit(
        options["folds"],
        gap=options.get("gap", 0),
        test_size=options.get("size"),
        max_train_size=options.get("window"),
    )
    time_series.append({"rows": rows, "options": options, "splits": splits(splitter, rows)})

students = [
    {"degrees": degrees, "quantile": t.ppf(0.975, degrees)} for degrees in [1, 2, 3, 4, 5, 7, 9, 10, 19, 49, 100, 999]
]

origin = f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}; tools/reference/folds.py"
file = Path("packages/trainer-kfold/test/reference.json")
content = {
    "origin": origin,
    "kFolds": k_folds,
    "stratified": stratified,
    "grouped": grouped,
    "timeSeries": time_series,
    "students": students,
}
file.write_text(json.dumps(content) + "\n")
