"""Credit limits, scores and holds: who may buy on account, and how much."""
