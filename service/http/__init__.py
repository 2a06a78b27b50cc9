"""The HTTP API, one file for each noun of DESIGN's table of calls; `routes` puts them together."""
