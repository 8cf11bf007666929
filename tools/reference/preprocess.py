"""Writes packages/preprocess/test/reference.json: scaled columns as scikit-learn has them.

Run it from the repository's root: python3 tools/reference/preprocess.py
"""

import json
from pathlib import Path

import numpy
import scipy
import sklearn
from scipy import stats
from sklearn import preprocessing

numbers = numpy.random.default_rng(5)
positive = numpy.round(numbers.lognormal(1.0, 0.8, 60), 3)
signed = numpy.round(numbers.normal(0.5, 2.0, 60) ** 3 / 4, 3)
tied = numpy.round(numbers.normal(3.0, 1.5, 60))
later = [-40.0, 0.0, 0.4, 1.0, 2.5, 3.0, 7.25, 400.0]


def column(values):
    return numpy.asarray(values, dtype=float).reshape(-1, 1)


def case(scaler, values):
    scaler.fit(column(values))
    return {
        "train": scaler.transform(column(values)).ravel().tolist(),
        "later": scaler.transform(column(later)).ravel().tolist(),
    }


def power(method, values):
    scaler = preprocessing.PowerTransformer(method, standardize=False).fit(column(values))
    return {
        "lambda": float(scaler.lambdas_[0]),
        "train": scaler.transform(column(values)).ravel().tolist(),
    }


def quantile(output, values):
    return case(preprocessing.QuantileTransformer(n_quantiles=21, output_distribution=output, subsample=10**9), values)


levels = numpy.array([1e-7, 1e-3, 0.02, 0.3, 0.5, 0.77, 0.999, 1 - 1e-7])

VALUES = {
        "origin": f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, "
        f"python3 tools/reference/preprocess.py",
        "positive": positive.tolist(),
        "signed": signed.tolist(),
        "tied": tied.tolist(),
        "later": later,
        "standard": case(preprocessing.StandardScaler(), signed),
        "minMax": case(preprocessing.MinMaxScaler((-1, 1)), signed),
        "robust": case(preprocessing.RobustScaler(), signed),
        "uniform": quantile("uniform", signed),
        "normal": quantile("normal", signed),
        "tiedUniform": quantile("uniform", tied),
        "boxCox": power("box-cox", positive),
        "yeoJohnson": power("yeo-johnson", signed),
        "levels": levels.tolist(),
        "normalQuantiles": stats.norm.ppf(levels).tolist(),
}
Path("packages/preprocess/test/reference.json").write_text(json.dumps(VALUES) + "\n")
