"""What may be recorded, and the log that records it: the lowest floor.

Imports neither `projections` nor `service`. Inside, from the ground up:

1. pure words: `errors`, `clock`, `edtf`, `canonical`, `merkle`, `leaf`, `fields`, `standing`
2. the catalogue of event kinds: `catalogue`, and `cloudevent`, which reads one event at the door
3. the log in PostgreSQL: `logs`, `store`, `appender`, `entries`, `knowledge`, `credentials`, `verify`
"""
