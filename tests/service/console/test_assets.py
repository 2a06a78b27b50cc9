"""What pages load."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import esprima
import httpx
import pytest

from service.console import assets

pytestmark = pytest.mark.anyio

TEMPLATES: Final = sorted((assets.STATIC.parent / "templates").rglob("*.html"))
SCRIPTS: Final = sorted(assets.STATIC.glob("*.js"))
INLINE: Final = re.compile(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
ELSEWHERE: Final = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//""")
IMPORTED: Final = re.compile(r"""^import .* from '\./([^']+)';$""", re.MULTILINE)


def _every() -> Iterator[Path]:
    yield from TEMPLATES
    yield from SCRIPTS
    yield from sorted(assets.STATIC.glob("*.css"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: file.name)
def test_scripts_are_modules_that_old_browsers_read(script: Path) -> None:
    """Every script parses as a module of ECMAScript 2017, which Chrome 80 understands, and imports what is there."""
    text = script.read_text(encoding="utf-8")
    esprima.parseModule(text)
    for name in IMPORTED.findall(text):
        assert (assets.STATIC / name).is_file(), name


@pytest.mark.parametrize("file", list(_every()), ids=lambda file: file.name)
def test_nothing_is_inline_or_from_elsewhere(file: Path) -> None:
    """No template has a script, style or handler of its own, and nothing names another host."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        assert not INLINE.findall(text)
    assert not ELSEWHERE.findall(text)


async def test_files_are_kept_for_ever_under_their_digest(client: httpx.AsyncClient) -> None:
    """A file under the present digest may be kept; under another one it is served, and asked for again."""
    kept = await client.get(assets.url("style.css"))
    assert kept.status_code == 200
    assert kept.headers["content-type"].startswith("text/css")
    assert "immutable" in kept.headers["cache-control"]
    old = await client.get("/static/000000000000/style.css")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")
    assert old.content == kept.content
    assert {one.headers["x-content-type-options"] for one in (kept, old)} == {"nosniff"}


@pytest.mark.parametrize(
    "path", ["x/nothing.css", "nothing.js", "x/..%2fpage.py", "x/%2e%2e%2f__init__.py", "x/" + "a" * 300 + ".js"]
)
async def test_nothing_else_is_served(client: httpx.AsyncClient, path: str) -> None:
    """What is no style, script or picture of the console is not found."""
    assert (await client.get(f"/static/{path}")).status_code == 404


@pytest.mark.parametrize(("start", "end"), [("plotly-", ".js"), ("swagger-ui-", ".js"), ("swagger-ui-", ".css")])
async def test_scripts_of_packages_come_from_this_host(client: httpx.AsyncClient, start: str, end: str) -> None:
    """Scripts of installed packages are served here, with their version in the name."""
    answer = await client.get(assets.foreign_url(start, end))
    assert answer.status_code == 200
    assert len(answer.content) > 100_000
