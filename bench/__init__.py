"""Measures the service beside raw baselines, in one run on one machine: `make bench`.

__main__, plan         what is run, how much of it, and in which order
appends, answers, rebuilds, lag, reads, duties
                       the measurements, each beside its baseline
evidence               the part of signed letters, checkpoints, proofs and verification: letters (with signers and
                       verifying_process), publishing, proofs, verification
site, server, loading  a served data directory, and the history in it
rival, rival_process   the PyPI package `eventsourcing`, in an environment and a process of its own
client, statements     requests that cost little to send; what an answer asks of the database
history, territory, village, households, locality
                       the data: years of a province, the same density at every size
measured, report       one line of the table; the table, the machine and the files
"""
