"""The folder a source becomes: raster, ``layer.yaml``, legend and a record of where every byte came from."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from pathlib import Path
from typing import Any

from pipeline.core.config import Section
from pipeline.core.errors import UsageError, problem
from pipeline.core.layers import LayerYaml, read_layer_yaml
from pipeline.core.paths import Paths
from pipeline.core.store import sha256
from pipeline.fetch.mosaic import Window
from pipeline.fetch.sources import Source

RECORD = "fetched.json"
_FROM_LIKE = ("what", "product", "resampling", "bands", "readings", "accuracy", "recognised", "limits", "unit", "scale")


def target_folder(written: str, paths: Paths) -> Path:
    """Where fetched data go; raises UsageError when that is outside the allowed folders."""
    folder = paths.config_folder / written
    if ".." in Path(written).parts:
        raise UsageError(problem("path_forbidden", path=written[:100]))
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    return paths.resolve(str(existing)) / folder.relative_to(existing)


def read_record(folder: Path) -> dict[str, Any] | None:
    """The record of an earlier fetch; None when there is none, or its raster is not the recorded one."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return record if sha256(folder / f"{folder.name}.tif") == record["sha256"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_about(folder: Path, file: str, source: Source, window: Window, record: dict[str, Any], paths: Paths) -> None:
    """Write ``layer.yaml``, the legend and the record beside the raster ``file``, and read them back."""
    from ruamel.yaml import YAML

    digest = sha256(folder / file)
    about = _about(source, paths)
    if about.get("legend"):
        shutil.copyfile(paths.resolve(source.like) / about["legend"], folder / "legend.csv")
        about["legend"] = "legend.csv"
    about |= {
        "title": _plain(source.title), "publisher": source.publisher, "licence": source.licence, "citation": source.citation,
        "source": "; ".join([source.page, *(f["url"] for f in record["files"])]), "kind": source.kind, "file": file, "sha256": digest,
        "crs": window.crs, "nodata": window.nodata, "year": source.year, "period": source.period,
    }  # fmt: skip
    order = [*LayerYaml.model_fields]
    kept = {k: about[k] for k in sorted(about, key=order.index) if about[k] not in (None, "", {}, [])}
    yaml = YAML()
    yaml.width, yaml.allow_unicode = 140, True
    with (folder / "layer.yaml").open("w", encoding="utf-8") as handle:
        handle.write("# Written by `make fetch`; fetching again writes it anew. Keys: layers/README.md.\n")
        yaml.dump(kept, handle)
    read_layer_yaml(folder / "layer.yaml", paths)
    record |= {"sha256": digest, "fetched": dt.date.today().isoformat()}
    (folder / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _about(source: Source, paths: Paths) -> dict[str, Any]:
    """What the product's own folder says of it, and over that what the source says."""
    given: dict[str, Any] = {}
    if source.like is not None:
        like = read_layer_yaml(paths.resolve(source.like) / "layer.yaml", paths)
        given = {key: _plain(getattr(like, key)) for key in _FROM_LIKE if key in like.model_fields_set}
        if source.kind == "classes" and like.legend is None:
            raise UsageError(problem("legend_not_given", layer=source.like))
        given["legend"] = like.legend
    own = {key: _plain(getattr(source, key)) for key in _FROM_LIKE if key in source.model_fields_set & LayerYaml.model_fields.keys()}
    return given | own


def _plain(value: Any) -> Any:
    """Sections as plain values, what they leave open left out."""
    if isinstance(value, Section):
        return value.model_dump(exclude_unset=True)
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else value


def put_in_place(new: Path, final: Path, aside: Path) -> None:
    """Give a finished folder its name; the earlier one goes only once the new one stands."""
    restore(final, aside)
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.exists():
        os.rename(final, aside)
    os.rename(new, final)
    shutil.rmtree(aside, ignore_errors=True)


def restore(final: Path, aside: Path) -> None:
    """Bring back the earlier folder when a run was killed between the two renames."""
    if aside.exists() and not final.exists():
        os.rename(aside, final)
    shutil.rmtree(aside, ignore_errors=True)
