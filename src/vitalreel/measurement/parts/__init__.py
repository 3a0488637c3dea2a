"""Parts of the quarterly report beside the plays' effects: each takes what happened and gives figures with the rows behind them."""
