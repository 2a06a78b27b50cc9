"""Policy packs: one YAML file for each responsibility system, and the pure code that reads them.

Floors, from the top: `matching` (which roles a post or a body bears) over `pack` (what a pack is) over
the `*.yaml` files, which are the single source of everything the packs say.
"""
