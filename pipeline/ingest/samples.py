"""Reference points: read from any table or vector file, held against their design, accepted or refused with the reason.

A sample that cannot carry an estimate does not stop a run: it is written down as refused, told, and nothing is decided on
it. A file that cannot be read, or a cell that is not clear, is an error as everywhere.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pipeline.core import cells, tables
from pipeline.core.config import Config, SampleDesign, SampleRef
from pipeline.core.errors import BadData, Findings, PipelineError, Problem, problem
from pipeline.core.layers import Layer, find, require_checksum
from pipeline.core.legend import FOREST, OTHER, UNKNOWN, classes
from pipeline.core.parcels import scheme
from pipeline.core.paths import Paths
from pipeline.core.products import shown
from pipeline.core.sheets import read_records
from pipeline.core.store import Store
from pipeline.core.words import say
from pipeline.ingest import sources

MOST_UNINTERPRETED = 0.05  # [A] share of points that may lack a reference and are then left out
MOST_OUTSIDE = 0.01  # [A] share of points that may lie outside the area and are then left out
_COLUMNS = {
    **dict.fromkeys(("point_id", "county_code", "stratum", "map_code"), "code"),
    "stratum_area_hm2": "area",
    **dict.fromkeys(("reference", "is_forest", "reference_earlier", "is_forest_earlier"), "code"),
}
_YES, _NO = {"yes", "y", "true", "t", "1", "是"}, {"no", "n", "false", "f", "0", "否"}
_MOST_SHOWN = 12  # labels that one sentence lists


@dataclass(frozen=True)
class Sample:
    """A configured sample: its rows of ``samples.csv``, ``sample_points.csv`` (none when refused) and ``sources.csv``."""

    layer: Layer
    row: dict[str, Any]
    points: pd.DataFrame
    source: dict[str, Any]


def read_all(config: Config, store: Store, paths: Paths, products: list[Layer | None], frame: gpd.GeoDataFrame | None) -> list[Sample]:
    """Every configured sample, accepted or refused; refusals are warned of. Raises BadData/UsageError for what cannot be read.

    ``products``: the land-cover layers, None for one that could not be found. ``frame``: the counties.
    """
    if not config.cover.samples:
        return []
    found, made, names = Findings(), [], set()
    counted = _counted_classes(config, store, paths)
    for ref in config.cover.samples:
        layer = found.attempt(find, ref, "sample", paths, "sample")
        if layer is None:
            continue
        found.attempt(require_checksum, layer)
        name = _name(ref, layer, names)
        names.add(name)
        read = found.attempt(_read, layer, _design(ref, layer), store)
        if read is not None and counted is not None and frame is not None:
            made.append(_examined(name, _design(ref, layer), layer, read, products, frame, counted, config, store))
    found.stop()
    return made


def save(samples: list[Sample], store: Store) -> None:
    """``samples.csv`` and ``sample_points.csv``."""
    store.write_table(tables.product([s.row for s in samples], tables.SAMPLES), tables.SAMPLES)
    points = [s.points for s in samples if len(s.points)]
    store.write_table(tables.product(pd.concat(points) if points else [], tables.SAMPLE_POINTS), tables.SAMPLE_POINTS)


def _name(ref: SampleRef, layer: Layer, taken: set[str]) -> str:
    """The folder's or the file's name, with a number where it is taken."""
    own = Path(ref.layer).name if ref.layer and not ref.files else (layer.archives or layer.paths)[0].stem
    return next(n for i in range(1, len(taken) + 2) if (n := own if i == 1 else f"{own}_{i}") not in taken)


def _design(ref: SampleRef, layer: Layer) -> SampleDesign:
    """What ``layer.yaml`` says of the design, overridden key by key by the configuration."""
    own = layer.about.sample or SampleDesign()
    return own.model_copy(update={key: getattr(ref.sample, key) for key in ref.sample.model_fields_set})


def _counted_classes(config: Config, store: Store, paths: Paths) -> set[str] | None:
    """Classes of the common legend that are forest by law; what counts only where it is dry does not."""
    try:
        table = store.read_parameters(paths.resolve(config.cover.definition), tables.DEFINITION)
    except PipelineError:  # told by sources.parameter_tables
        return None
    return set(table.class_key[table.forest_cover == "yes"])


# --- reading -------------------------------------------------------------------------------------------------


def _strata_in_words() -> dict[str, str]:
    """What the field sheet calls our strata -> their keys."""
    return {say(f"sample_stratum_{key}", language): key for key in (FOREST, OTHER) for language in ("zh", "en")}


@dataclass(frozen=True)
class _Read:
    """A file's rows: those of ``_COLUMNS`` that it has, and points in EPSG:4490 where it has coordinates."""

    frame: pd.DataFrame
    points: np.ndarray | None


def _read(layer: Layer, design: SampleDesign, store: Store) -> _Read:
    required = ["stratum", "stratum_area_hm2"] if design.strata == "column" else []
    frame, points = read_records(layer, _COLUMNS, store.warn, required=required, one_of=[["reference"], ["is_forest"]])
    findings = Findings()
    if points is not None:
        kinds = ["–" if p is None or p.is_empty else p.geom_type for p in points]
        for number, kind in enumerate(kinds, 1):
            if kind not in ("Point", "MultiPoint") or (kind == "MultiPoint" and len(points[number - 1].geoms) > 1):
                findings.add("sample_geometry", file=layer.shown_path, row=number, found=kind)
        if not findings.problems:
            points = shapely.points(shapely.get_coordinates(points))
    for name in ("is_forest", "is_forest_earlier"):
        if name in frame:
            wrong = frame[name].dropna()[lambda v: ~v.map(_plain).isin(_YES | _NO)]
            for line, value in wrong.items():
                findings.add("sample_yes_no", file=layer.shown_path, line=line + 2, column=name, found=value[:40])
    if "stratum" in frame:
        frame["stratum"] = frame.stratum.replace(_strata_in_words())
    if design.strata == "column":
        for line in frame.index[frame.stratum.isna()]:
            findings.add("table_blank", file=layer.shown_path, line=line + 2, column="stratum")
    if design.earlier_year is not None and not {"reference_earlier", "is_forest_earlier"} & set(frame):
        findings.add("table_column", file=layer.shown_path, column="reference_earlier", known=", ".join(frame))
    findings.problems[:] = findings.problems[:50]
    findings.stop(BadData)
    return _Read(frame.reindex(columns=list(_COLUMNS)).reset_index(drop=True), points)


def _plain(label: str) -> str:
    return cells.folded(label).lower()


# --- judging -------------------------------------------------------------------------------------------------


def _examined(
    name: str,
    design: SampleDesign,
    layer: Layer,
    read: _Read,
    products: list[Layer | None],
    frame: gpd.GeoDataFrame,
    counted: set[str],
    config: Config,
    store: Store,
) -> Sample:
    """The sample, accepted or refused; ``counted``: classes of the common legend that are forest."""

    def tell(key: str, **params: Any) -> None:
        store.warn(key, sample=name, file=layer.shown_path, **params)

    reasons: list[Problem] = []
    if design.kind is None:
        reasons.append(problem("sample_why_kind"))
    if design.training:
        reasons.append(problem("sample_why_training"))
    if design.definition is None:
        reasons.append(problem("sample_why_definition"))
    product, wanted = _product_of(layer, products, tell)
    if product is None and None not in products:
        known = ", ".join(shown(p.product, p.about.year) for p in products)
        reasons.append(problem("sample_why_product", found=wanted, known=known))
    points = _points(read, frame)
    reference, forest, why = _interpreted(points, "reference", "is_forest", design, counted, tell)
    reasons += why + _why_not_read(forest) + _why_misplaced(points, read.points, design, frame)
    points, why = _with_product_codes(points, product)
    reasons += why
    if design.strata == "column":
        reasons += _why_areas(points, design)
    if not reasons:
        points = points.assign(reference=reference, is_forest=forest)
        points = _with_earlier(points, design, counted, tell)
        points = _kept(points, read.points is not None, tell)
    language = config.language
    reason = say("sep_clause", language).join(say(p.key, language, **p.params) for p in reasons)
    if reasons:
        tell("sample_refused", reason=reason)
    row = {
        "sample": name,
        "product": product.product if product else layer.about.product or "–",
        "year": product.about.year if product else layer.about.year,
        "design": design.kind,
        "strata": design.strata,
        "by_county": "yes" if design.by_county else "no",
        "definition": design.definition,
        "earlier_year": design.earlier_year,
        "unit_hm2": design.unit_hm2,
        "points": len(points),
        "is_accepted": "no" if reasons else "yes",
        "reason": reason or None,
        "file": layer.shown_path,
    }
    made = points.assign(sample=name, number=range(1, len(points) + 1)) if not reasons else pd.DataFrame()
    source = sources.describe(layer, "", config, store) | {"name": name}
    return Sample(layer, row, made.reindex(columns=list(tables.SAMPLE_POINTS.columns)), source)


def _product_of(layer: Layer, products: list[Layer | None], tell) -> tuple[Layer | None, str]:
    """(the product a sample belongs to, or None; what was asked for): the leading one unless named, in the year nearest to its own."""
    name, year = layer.about.product, layer.about.year
    found = [p for p in products if p is not None and name in (None, p.product)]
    if name is None and products and products[0] is not None:
        found = [p for p in found if p.product == products[0].product]
    wanted = shown(name or (found[0].product if found else "–"), year)
    if not found:
        return None, wanted
    near = found[0] if year is None else min(found, key=lambda p: abs((p.about.year or year) - year))
    if near.about.year is not None and (year not in (None, near.about.year) or (year is None and len(found) > 1)):
        tell("sample_year_taken", product=near.product, year=near.about.year, found="–" if year is None else year)
    return near, wanted


def _points(read: _Read, frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """The rows with ids, degrees, and the county each point lies in (else as the file says)."""
    points = read.frame.copy()
    points["point_id"] = points.point_id.where(points.point_id.notna(), [str(i) for i in range(1, len(points) + 1)])
    points["lon"] = points["lat"] = np.nan
    if read.points is not None:
        points["lon"], points["lat"] = shapely.get_x(read.points), shapely.get_y(read.points)
        place = np.full(len(points), len(frame))
        np.minimum.at(place, *shapely.STRtree(frame.geometry.to_numpy()).query(read.points, predicate="intersects"))
        points["county_code"] = [frame.county_code.iloc[i] if i < len(frame) else None for i in place]
    return points


def _interpreted(
    points: pd.DataFrame, said: str, flag: str, design: SampleDesign, counted: set[str], tell
) -> tuple[pd.Series, pd.Series, list[Problem]]:
    """(label of each point, a class of the common legend by its key; whether it is forest, missing where not interpreted; why not)."""
    labels = points[said].astype("str")
    key_of = {label: _class_of(label) for label in labels.dropna().unique()}
    reference = labels.map(lambda v: key_of[v] or v, na_action="ignore").astype("str")
    reference = reference.where(reference != UNKNOWN)
    if points[flag].notna().any():
        return reference, points[flag].map(lambda v: "yes" if _plain(v) in _YES else "no", na_action="ignore"), []
    known = reference.dropna()
    if design.forest:
        asked = {_plain(label) for label in design.forest} | {k for label in design.forest if (k := _class_of(label))}
        is_forest = reference.map(lambda v: "yes" if _plain(v) in asked else "no", na_action="ignore")
        unused = [label for label in design.forest if not (known.map(_plain) == _plain(_class_of(label) or label)).any()]
        if len(known) and len(unused) == len(design.forest):
            return reference, is_forest, [problem("sample_why_forest_labels", found=_listed(key_of), forest=", ".join(design.forest))]
        if len(known) and unused and said == "reference":
            tell("sample_forest_label_unused", found=", ".join(unused), known=_listed(key_of))
        return reference, is_forest, []
    strange = {label for label, key in key_of.items() if key is None}
    why = [problem("sample_why_labels", found=_listed(strange))] if strange else []
    return reference, reference.map(lambda v: "yes" if v in counted else "no", na_action="ignore"), why


def _class_of(label: str) -> str | None:
    """Key of the class of the common legend that a label is the key or the name of."""
    table = classes()
    for column in ("class_key", "name_zh", "name_en"):
        for key, name in zip(table.class_key, table[column], strict=True):
            if _plain(name) == _plain(label):
                return key
    return None


def _listed(labels) -> str:
    every = sorted(map(str, labels))
    return ", ".join(label[:40] for label in every[:_MOST_SHOWN]) + (" …" if len(every) > _MOST_SHOWN else "")


def _why_not_read(forest: pd.Series) -> list[Problem]:
    """Points without a reference break the design, unless they are very few."""
    blank = int(forest.isna().sum())
    if blank == len(forest):
        return [problem("sample_why_uninterpreted", points=len(forest))]
    if blank >= MOST_UNINTERPRETED * len(forest):
        return [problem("sample_why_nonresponse", found=blank, points=len(forest), limit=MOST_UNINTERPRETED * 100)]
    return []


def _why_misplaced(points: pd.DataFrame, places: np.ndarray | None, design: SampleDesign, frame: gpd.GeoDataFrame) -> list[Problem]:
    """Ids that stand twice, points elsewhere, and no way to tell map class or county."""
    reasons: list[Problem] = []
    twice = points.point_id[points.point_id.duplicated()].unique()
    if len(twice):
        reasons.append(problem("sample_why_twice", count=len(twice), found=_listed(twice)))
    if places is not None:
        outside = points.county_code.isna()
        turned = shapely.points(points.lat[outside], points.lon[outside])
        if outside.mean() > MOST_OUTSIDE:
            whole = shapely.box(*frame.total_bounds)
            is_swapped = bool(len(turned)) and shapely.intersects(whole, turned).mean() > 0.5
            key = "sample_why_swapped" if is_swapped else "sample_why_outside"
            reasons.append(problem(key, found=int(outside.sum()), points=len(points)))
        return reasons
    if design.strata == "map_class" and points.map_code.isna().any():
        reasons.append(problem("sample_why_no_map", found=int(points.map_code.isna().sum())))
    if design.by_county:
        strange = set(points.county_code.dropna()) - set(frame.county_code)
        if points.county_code.isna().any() or strange:
            reasons.append(problem("sample_why_no_county", found=_listed(strange) or "–"))
    return reasons


def _with_product_codes(points: pd.DataFrame, product: Layer | None) -> tuple[pd.DataFrame, list[Problem]]:
    """Map codes as the product writes them, from its codes or the names of its legend; why not, where they are neither."""
    given = points.map_code.dropna().unique()
    if product is None or not len(given):
        return points, []
    with contextlib.suppress(PipelineError):  # a legend that cannot be read is told by who looks at the product
        legend = scheme.numbered_legend(product) if product.about.kind == "parcels" else product.legend
        codes = list(legend["source_code"] if "source_code" in legend else legend.code.astype(int).astype(str))
        named: dict[str, set[str]] = {}
        for column in ("name_zh", "name_en"):
            for code, text in zip(codes, legend[column], strict=True):
                named.setdefault(_plain(text), set()).add(code)
        code_of = scheme.translate(given, codes)
        code_of = {g: c or (next(iter(n)) if len(n := named.get(_plain(g), set())) == 1 else None) for g, c in code_of.items()}
        strange = [g for g, c in code_of.items() if c is None]
        if strange:
            said = {"found": _listed(strange), "product": shown(product.product, product.about.year)}
            return points, [problem("sample_why_map_codes", **said, known=_listed(codes))]
        return points.assign(map_code=points.map_code.map(code_of, na_action="ignore")), []
    return points, []


def _why_areas(points: pd.DataFrame, design: SampleDesign) -> list[Problem]:
    """Strata that do not have one area each."""
    keys = ["county_code", "stratum"] if design.by_county else ["stratum"]
    areas = points.groupby(keys, dropna=False).stratum_area_hm2.agg(["min", "max"])
    wrong = areas[~(areas["min"] > 0) | (areas["max"] - areas["min"] > 1e-6 * areas["max"])]
    names = [" ".join(map(str, key)) if isinstance(key, tuple) else str(key) for key in wrong.index]
    return [problem("sample_why_areas", found=_listed(names))] if names else []


def _with_earlier(points: pd.DataFrame, design: SampleDesign, counted: set[str], tell) -> pd.DataFrame:
    """Forest in the earlier year, of all points that were interpreted or of none: a change needs both years everywhere."""
    nothing = points.assign(is_forest_earlier=None)
    if design.earlier_year is None:
        return nothing
    _, forest, why = _interpreted(points, "reference_earlier", "is_forest_earlier", design, counted, tell)
    blank = int(forest[points.is_forest.notna()].isna().sum())
    if why or blank:
        tell("sample_earlier_incomplete", year=design.earlier_year, found=blank)
        return nothing
    return points.assign(is_forest_earlier=forest)


def _kept(points: pd.DataFrame, has_places: bool, tell) -> pd.DataFrame:
    """The points an estimate stands on; those left out, and those that share a place, are told."""
    blank = points.is_forest.isna()
    if blank.any():
        tell("sample_uninterpreted_left", found=int(blank.sum()), points=len(points))
    outside = points.county_code.isna() if has_places else blank & False
    if outside.any():
        tell("sample_outside_left", found=int(outside.sum()), points=len(points))
    points = points[~blank & ~outside].reset_index(drop=True)
    same = int(points.duplicated(["lon", "lat"]).sum()) if has_places else 0
    if same:
        tell("sample_same_place", found=same)
    return points
