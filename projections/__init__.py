"""Answers computed from the log: the middle floor. Imports `events`, never `service`.

Inside, from the ground up:

1. pure: `tenure`, `facts`, `rows`, the `folds` (one entity to its rows), `registry`, `advance`, `memory`
2. the projections in PostgreSQL: `tables`, `runner`, `rebuild`, `reading`
3. the policy packs: `policies`
4. `answers`: what is joined at read time, over any reader of rows
"""
