"""Builds the sample logs from the facts, the division tables and a seeded generator.

__main__      writes the logs and the table of cases
the logs      gansu, shanxi, henan, ministry, lushui, listed
the grades    majiang, shanxi_ranking, shanxi_signing (what its principals signed)
the chain     *_upper, *_chain, gansu_awkward, shanxi_merge, vacancy
the accounts  *_accounts; rectifications, departures, payments, *_money, monthly_reports, *_visits, *_exits,
              assistance, coverage, henan_removals, wuyi_funds, wuyi_disclosure, county_work, accountability
the places    county, township, village, principals, random_terms, chen, wuyi
the words     tree, offices, letters, amend, days, visits, oversight, money, projects, exits, households, late
the floor     ledger (one log, in the order of its clock), sources (what is read)
"""
