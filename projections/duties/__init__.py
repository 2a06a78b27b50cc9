"""Duties: rules of the packs evaluated over what a log has on record. Pure, but for what a `Reader` fetches."""
