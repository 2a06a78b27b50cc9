"""Pure functions from the corrected facts of one entity to its rows; one file per entity."""
