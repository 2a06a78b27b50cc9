"""HTTP, the console and the command line: the top floor. Imports `projections` and `events`.

Inside, from the ground up: `settings`, `problems`, `access` and `places` (who may do what), `asking`
(from a request to a scene), `http` (one file for each noun), `app`, `embedded` and `wiring`, `cli`.
"""
