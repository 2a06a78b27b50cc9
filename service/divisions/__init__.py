"""The yearly tables of administrative divisions: reading them, and what differs between two years. Pure."""
