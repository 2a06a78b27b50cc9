"""A copy of a log for an auditor without our database: what is kept, how it is checked, how it is fetched."""
