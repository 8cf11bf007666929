"""Reference values for packages/trainer/test/class-weights.test.ts, from scikit-learn.

Run: python3 tools/reference/class-weights.py > packages/trainer/test/class-weights.json
"""

import json

import numpy
import sklearn
from sklearn.utils.class_weight import compute_sample_weight

CASES = [
    {"labels": [0, 0, 0, 1, 2, 2], "weights": "balanced"},
    {"labels": [5, 5, 5, 5], "weights": "balanced"},
    {"labels": ["cat", "dog", "cat", "cat", "cow", "cat", "dog"], "weights": "balanced"},
    {"labels": numpy.random.RandomState(7).randint(0, 9, 40).tolist(), "weights": "balanced"},
    {"labels": [0, 0, 0, 1, 2, 2], "weights": {"0": 0.25, "1": 3, "2": 1.5}},
]

for case in CASES:
    weights = case["weights"]
    if isinstance(weights, dict):
        weights = {int(key): value for key, value in weights.items()}
    case["expected"] = compute_sample_weight(weights, case["labels"]).tolist()

origin = f"scikit-learn {sklearn.__version__}, compute_sample_weight; tools/reference/class-weights.py"
print(json.dumps({"origin": origin, "cases": CASES}, indent=2))
