"""A log told in the models of others: Popolo and PROV. Pure: from entries and rows to what is written."""
