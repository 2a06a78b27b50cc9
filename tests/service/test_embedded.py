"""The embedded PostgreSQL in directories of any name, and what is said where it does not start."""

from __future__ import annotations

from pathlib import Path

from tests.service.servers import environment, zeren


def test_a_directory_of_any_name(tmp_path: Path) -> None:
    """Spaces, quotes and signs that mean something to a shell or in a URL are names like others; twice the same data.

    Damaged files are told in a sentence, with what PostgreSQL says.
    """
    data = tmp_path / 'it\'s a "dir" of $HOME; `x` & 100%+#?,' / "数据 1"
    local = environment(ZEREN_DATA=str(data))
    made = zeren("keys", "add", "first", "--role", "inspector", env=local)
    assert (made.returncode, made.stderr) == (0, "")
    assert "first" in zeren("keys", "list", env=local).stdout
    control = data / "postgres" / "global" / "pg_control"
    control.rename(control.with_suffix(".away"))
    ended = zeren("logs", env=local)
    assert (ended.returncode, "Traceback" in ended.stderr) == (2, False), ended.stderr
    assert "PostgreSQL does not start" in ended.stderr
    assert "pg_control" in ended.stderr
