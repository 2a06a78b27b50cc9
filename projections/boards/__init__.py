"""The board of duties, kept as the log grows: `keeping`, `dirt`, `groups`, `statuses`, `noting`, `tables`."""
