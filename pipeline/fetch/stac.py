"""Files of a source that is found by searching a STAC API, through pystac-client on the guarded session."""

from __future__ import annotations

from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from pipeline.core.errors import BadData, EnvironmentProblem, UsageError, problem
from pipeline.fetch.door import Door, ours, shown
from pipeline.fetch.remote import Remote
from pipeline.fetch.sources import Box, Stac


def search(stac: Stac, door: Door, box: Box, most: int) -> list[Remote]:
    """Files of the items that meet a box, newest first; raises when none are found, or more than ``most``."""
    try:
        from pystac_client import Client
        from pystac_client.exceptions import APIError
    except ImportError:
        raise EnvironmentProblem(problem("fetch_packages", found="pystac-client")) from None
    try:
        client = Client.open(stac.url, stac_io=_guarded(door))
        found = client.search(
            collections=[stac.collection], bbox=list(box), datetime=stac.datetime, query=stac.query or None, max_items=most + 1, limit=100
        )
        items = [item for item in found.items() if fnmatchcase(item.id, stac.ids)]
    except APIError as error:
        if ours(error):
            raise ours(error) from None
        raise BadData(problem("fetch_stac", url=shown(stac.url), found=getattr(error, "status_code", None) or "–")) from None
    except (KeyError, TypeError, ValueError, AttributeError, NotImplementedError) as error:
        if ours(error):
            raise ours(error) from None
        raise BadData(problem("fetch_stac", url=shown(stac.url), found=type(error).__name__)) from None
    if len(items) > most:
        raise UsageError(problem("fetch_tiles", found=f"> {most}", limit=most))
    if not items:
        raise BadData(problem("fetch_nothing", place=f"{shown(stac.url)} {stac.collection}"))
    items.sort(key=lambda item: item.id)
    items.sort(key=lambda item: str(item.datetime or item.properties.get("start_datetime") or ""), reverse=True)
    end = _token(stac.token, door) if stac.token else ""
    return [_remote(item, stac, end) for item in items]


def _guarded(door: Door):
    """pystac-client's reader on the guarded session; it opens no files."""
    from pystac_client.stac_api_io import StacApiIO

    class Reader(StacApiIO):
        def read_text(self, source, *args, **kwargs) -> str:
            if isinstance(source, str):
                door.require(source)
            return super().read_text(source, *args, **kwargs)

    reader = Reader(max_retries=None)
    reader.session = door.session
    return reader


def _remote(item, stac: Stac, end: str) -> Remote:
    """The file of an item; raises BadData when it lacks the asset."""
    asset = item.assets.get(stac.asset)
    if asset is None:
        raise BadData(problem("fetch_asset", item=item.id[:80], found=", ".join(item.assets)[:200], expected=stac.asset))
    url = asset.get_absolute_href() or ""
    for begin, instead in stac.rewrite.items():
        if url.startswith(begin):
            url = instead + url.removeprefix(begin)
    if end:
        url += ("&" if urlsplit(url).query else "?") + end
    checksum = asset.extra_fields.get("file:checksum")
    return Remote(url, checksum if isinstance(checksum, str) else None)


def _token(address: str, door: Door) -> str:
    """The key that a catalogue hands out to everybody for reading its files; raises BadData when it gives none."""
    response = door.get(address, stream=False)
    try:
        token = response.json()["token"] if response.ok else None
    except (ValueError, KeyError, TypeError):
        token = None
    if not isinstance(token, str) or not token:
        raise BadData(problem("fetch_token", url=shown(address), found=response.status_code))
    return token
