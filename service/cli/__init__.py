"""The command `zeren`, one file for each group of subcommands."""
