"""The HTTP API, one file for each noun of docs/api.md; `service.app` puts them together."""
