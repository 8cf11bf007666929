"""How well scikit-learn's histogram gradient boosting predicts the house prices, on the folds of examples/house-prices.

    npm start -- --recipe recommended
    NN_DATA=/folder/of/kc_house_data.csv python3 tools/reference/house_prices.py

Prints R2 of log price and of price by fold, and their means. It looks at all columns but the id, with the date as a
number of days.
"""

import csv
import os
from datetime import datetime
from pathlib import Path

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import r2_score

results = Path(__file__).parents[2] / "examples/house-prices/results/recommended"


def rows(file):
    with open(file, newline="") as text:
        return list(csv.DictReader(text))


houses = rows(Path(os.environ["NN_DATA"]) / "kc_house_data.csv")
fold_of = np.zeros(len(houses), int)
for line in rows(results / "predictions.csv"):
    fold_of[int(line["row"])] = int(line["fold"])

names = [name for name in houses[0] if name not in ("id", "date", "price")]
inputs = np.array([[float(house[name]) for name in names] for house in houses])
days = [datetime.strptime(house["date"][:8], "%Y%m%d").toordinal() for house in houses]
inputs = np.column_stack([inputs, days])
price = np.array([float(house["price"]) for house in houses])
log = np.log10(price)

figures = []
for fold in np.unique(fold_of):
    held = fold_of == fold
    model = HistGradientBoostingRegressor(max_iter=500, learning_rate=0.05, random_state=0)
    predicted = model.fit(inputs[~held], log[~held]).predict(inputs[held])
    figures.append((r2_score(log[held], predicted), r2_score(price[held], 10**predicted)))
    print(fold, *(f"{figure:.4f}" for figure in figures[-1]))
print("mean", *(f"{figure:.4f}" for figure in np.mean(figures, axis=0)), f"(scikit-learn {sklearn.__version__})")
