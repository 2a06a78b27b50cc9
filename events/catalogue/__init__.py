"""The closed catalogue of event kinds, one file per section; `registry` finds a kind by its name."""
