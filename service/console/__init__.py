"""The console: pages over the answers of the API, in Chinese first.

Floors, from the top: pages (one file a noun: find, chain, timeline, ...) - page (what every page has) - visit (who
looks, and asks the API) - words, times, addresses, amounts, assets. A page knows the API alone: it asks over ASGI, as
any client would, so that grants, records of reads and errors are those of the API.
"""
