"""The evaluators: each a function of its parameters and a case. `registry.py` names them all."""
