"""What pages load: our style and modules, and the scripts of installed packages, all from this host."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

STATIC: Final = Path(str(files("service.console"))) / "static"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}

router = APIRouter(include_in_schema=False)


@cache
def foreign() -> dict[str, Path]:
    """File names to the scripts and styles of other packages, each with its package's version in its name."""
    plotly, offline = Path(str(files("plotly"))), Path(str(files("fastapi_offline")))
    return {
        f"plotly-{version('plotly')}.min.js": plotly / "package_data" / "plotly.min.js",
        f"swagger-ui-{version('fastapi-offline')}.js": offline / "static" / "swagger-ui-bundle.js",
        f"swagger-ui-{version('fastapi-offline')}.css": offline / "static" / "swagger-ui.css",
    }


@cache
def foreign_url(start: str, end: str) -> str:
    """The address of a script or style of another package, by how its file name starts and ends."""
    (name,) = (name for name in foreign() if name.startswith(start) and name.endswith(end))
    return f"/static/{name}"


@cache
def digest() -> str:
    """What changes when any file of ours does: part of every address, so that browsers may keep them for ever."""
    whole = sha256()
    for file in sorted(STATIC.iterdir()):
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()[:12]


@cache
def _files() -> dict[str, Path]:
    """Our files by name: what is asked for is looked up, and makes no path."""
    return {file.name: file for file in STATIC.iterdir() if file.suffix in _TYPES and file.is_file()}


def url(name: str) -> str:
    """The address of a file of ours. Modules import each other beside it, under the same digest."""
    return f"/static/{digest()}/{name}"


@router.get("/static/{name}")
async def of_package(name: str) -> Response:
    """A script or style of an installed package."""
    return _served(foreign().get(name))


@router.get("/static/{digest_}/{name}")
async def own(digest_: str, name: str) -> Response:
    """A file of ours; under an older digest the present one, not to be kept."""
    return _served(_files().get(name), _FOR_EVER if digest_ == digest() else "no-cache")


def _served(file: Path | None, keep: str = _FOR_EVER) -> Response:
    if file is None:
        raise HTTPException(404)
    headers = {"Cache-Control": keep, "X-Content-Type-Options": "nosniff"}
    return FileResponse(file, media_type=_TYPES[file.suffix], headers=headers)
