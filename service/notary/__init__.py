"""The notary: signs each log's head, keeps the last signed one outside the database, asks witnesses and authorities.

From the ground up: `kept`, `keys`; `belonging`; `signing`; `guarding`, `losses`, `examining`, `witnesses`,
`timestamps`, `names`; `running`, the process of its own.
"""
