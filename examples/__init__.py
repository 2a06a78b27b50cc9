"""The sample logs of the demo: their sources, their builder, and what it builds."""
