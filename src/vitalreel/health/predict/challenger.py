"""The challenger: boosted trees held to the same signs. It is judged beside the shipped model and never shipped unseen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from vitalreel.health.predict.logistic import Floats

Chances = Callable[[Floats], Floats]


def challenge(x: Floats, y: Floats, signs: Sequence[int], weights: Floats, seed: int = 1) -> Chances:
    """Small boosted trees (scikit-learn's HistGradientBoosting) whose chance never moves against a feature's sign.

    x: (rows, features), NaN where unknown. Answers what gives the chances of other rows.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier  # half a second to load, and seldom asked
    from threadpoolctl import threadpool_limits

    silent = np.isnan(x).all(axis=0)  # never known: scikit-learn cannot bin a column without a value
    trees = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=150,
        max_leaf_nodes=8,
        min_samples_leaf=40,
        l2_regularization=5.0,
        monotonic_cst=list(signs),
        early_stopping=False,
        random_state=seed,
    )
    with threadpool_limits(1, "openmp"):  # several threads wait for one another by spinning: minutes on a busy machine
        trees.fit(np.where(silent, 0.0, x), y, sample_weight=weights)

    def chances(rows: Floats) -> Floats:
        with threadpool_limits(1, "openmp"):
            found: Floats = trees.predict_proba(np.where(silent, 0.0, rows))[:, 1]
        return found

    return chances
