"""HTTP, the console and the command line: the top floor. Imports `projections` and `events`.

Inside, from the ground up: `settings`, `state`, `problems`; `access` and `places` (who may do what);
`waiting`, `finding` and `asking` (from a request to a scene), `intake` (from a body to offers); `http`
(one file for each noun); `app` and `embedded`; `notary` (signs the heads of logs); `wiring`, `running`, `demo`; `cli`.
"""
