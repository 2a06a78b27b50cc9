"""What may be recorded, and the log that records it: the lowest floor.

Imports neither `projections` nor `service`. Inside, from the ground up:

1. pure words: `errors`, `clock`, `edtf`, `canonical`, `merkle`, `leaf`, `fields`, `standing`
2. evidence, pure: `signatures`, `dsse`, `keyring`, `note`, `checkpoint`, `proofs`, `tlog_proof`, `trust`, `name_map`...
3. the catalogue of event kinds: `catalogue`, and `cloudevent` and `envelope`, which read one event at the door
4. the log in PostgreSQL: `logs`, `store`, `appender`, `entries`, `knowledge`, `credentials`, `signing_keys`
5. what is made of it and kept beside it: `tiles`, `checkpoints`, `name_index`, `erasing`, `recovering`, `verify`
"""
