"""Builds the sample logs from the facts, the division tables and a seeded generator.

__main__   writes the logs and the table of cases
the logs   gansu, shanxi, henan, ministry, lushui, listed
the cases  *_upper, *_chain, gansu_awkward, shanxi_merge, vacancy
the parts  county, township, village, principals, random_terms
the words  tree, offices, letters, amend
the floor  ledger (one log, in the order of its clock), sources (what is read)
"""
