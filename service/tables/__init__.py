"""Ledgers as people keep them, CSV or .xlsx: reading a file whatever saved it, and the columns of a kind. Pure."""
