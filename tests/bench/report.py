"""What the answers of the contenders say: whether they agree, ratios, targets and a table to read.

Answers come by group and contender, one for each round: ``groups[group][name][round]``.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import re
import statistics

import numpy as np

from tests.bench.data import City, shapes

Groups = dict[str, dict[str, list[dict]]]

# Reached on two cores at 10 and 5 m; for information, never an exit code.
TARGETS = {
    "ours_over_decode": ("<=", 1.6),
    "exactextract_over_ours": (">=", 14),
    "ours_over_decode_4x": ("<=", 1.5),
    "exactextract_over_ours_4x": (">=", 18),
    "one_thread_over_two": (">=", 1.6),
    "exactextract_over_ours_cold": (">=", 6),
    "exactextract_over_ours_carbon": (">=", 8),
    "peak_mib": ("<=", 400),
    "peak_extra_4x_mib": ("<=", 64),
}
PACKAGES = ("numpy", "numba", "rasterio", "shapely", "exactextract", "rasterstats", "distributed")

# Largest difference of a class's area in a county, as a share of the county.
WHOLE = 1e-9  # ours: classes add up to the county's ellipsoidal area
SPHERICAL = 2e-5  # exactextract: exact fractions, cells weighted by their area on a sphere
BY_CENTRE = 2e-4  # rasterize: border cells by their centre
CELLS_ALIKE = 2e-3  # rasterstats: by centre, and northern cells count as much as southern ones
MEAN = 1e-4  # mean biomass, relative
BUFFERS = 1e-2  # siting: atlite brings rasters onto metric cells by centre, and counts those as equal
GEODESIC = 1e-6  # parcels: edges as geodesics instead of straight in longitude and latitude


# --- agreement -----------------------------------------------------------------------------------------------


def agreement(groups: Groups) -> dict[str, dict]:
    """Each comparison: the largest difference found, what is tolerated and whether that holds."""
    from pipeline.core import ellipsoid

    county_hm2 = np.array([ellipsoid.polygon_area_m2(shape) for shape in shapes()]) / 1e4
    found = {}
    for group in (g for g in ("base", "4x") if g in groups):
        share, suffix = _share(groups[group]["ours"][0]), "" if group == "base" else f"_{group}"
        whole = np.sum(groups[group]["ours"][0]["area_hm2"], axis=1) / county_hm2 - 1
        found["whole_counties" + suffix] = _within(whole, WHOLE)
        found["exactextract" + suffix] = _within(share - _share(groups[group]["exactextract"][0]), SPHERICAL)
        found["threads" + suffix] = _equal(a["exact"] for name in groups[group] if name.startswith("ours") for a in groups[group][name])
    further, share = groups["further"], _share(groups["base"]["ours"][0])
    found["rasterize"] = _within(share - _share(groups["others"]["rasterize"][0]), BY_CENTRE)
    found["rasterstats"] = _within(share - _share(groups["others"]["rasterstats"][0]), CELLS_ALIKE)
    found["dask"] = _equal(a["exact"] for g, name in (("base", "ours"), ("dask", "dask"), ("process", "dask")) for a in groups[g][name])
    found["further_layers"] = _equal(str(a["area_hm2"]) for name in ("ours", "ours_measure", "ours_stratum") for a in further[name])
    means = [np.array(further[name][0]["agb_t_hm2"]) for name in ("ours_measure", "exactextract_carbon")]
    found["biomass"] = _within(means[0] / means[1] - 1, MEAN)
    return found


def _share(answer: dict) -> np.ndarray:
    """Share of each code in each county."""
    if "share" in answer:
        return np.array(answer["share"])
    area = np.array(answer["area_hm2"])
    return area / area.sum(axis=1, keepdims=True)


def _within(difference: np.ndarray, tolerance: float) -> dict:
    largest = float(np.abs(difference).max())
    return {"difference": largest, "tolerance": tolerance, "agrees": largest <= tolerance}


def _equal(results) -> dict:
    """Whether all results are the same to the last bit."""
    different = len(set(results)) - 1
    return {"difference": different, "tolerance": 0, "agrees": different == 0}


# --- figures -------------------------------------------------------------------------------------------------


def summary(groups: Groups, found: dict[str, dict], options: argparse.Namespace) -> dict:
    """Everything ``bench.json`` holds."""
    figures = _figures(groups, options)
    return figures | {
        "targets": {key: _target(figures[key], *TARGETS[key]) for key in TARGETS},
        "agreement": found,
        "contenders": {group: {name: _contender(groups[group], name) for name in groups[group]} for group in groups},
        "runs": options.runs,
        "threads": options.threads,
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        **_sizes(City(options.cell), ""),
        **(_sizes(City(options.big), "_4x") if options.big else {}),
        "versions": _versions(),
    }


def _figures(groups: Groups, options: argparse.Namespace) -> dict[str, float | None]:
    """The flat keys: ratios (medians over rounds), times of whole processes, memory; None where not measured."""
    figures = {}
    for group, suffix in (("base", ""), ("4x", "_4x")):
        for n in options.threads:
            kind = "" if n == options.threads[0] else f"_{n}t"
            figures[f"ours_over_decode{kind}{suffix}"] = ratio(groups, group, "ours" + kind, "decode" + kind)
            figures[f"exactextract_over_ours{kind}{suffix}"] = ratio(groups, group, "exactextract", "ours" + kind)
        figures[f"one_thread_over_two{suffix}"] = ratio(groups, group, "ours", "ours_2t")
    figures["exactextract_over_ours_cold"] = ratio(groups, "process", "exactextract", "ours")
    figures["exactextract_over_ours_carbon"] = ratio(groups, "further", "exactextract_carbon", "ours_measure")
    figures["measure_over_ours"] = ratio(groups, "further", "ours_measure", "ours")
    figures["stratum_over_ours"] = ratio(groups, "further", "ours_stratum", "ours")
    figures["rasterize_over_ours"] = ratio(groups, "others", "rasterize", "ours")
    figures["rasterstats_over_ours"] = ratio(groups, "others", "rasterstats", "ours")
    figures["dask_over_ours"] = ratio(groups, "dask", "dask", "ours")
    for name in groups["process"]:
        figures[f"{name}_process_s"] = statistics.median(seconds(groups["process"][name]))
    peaks = {group: {name: peak_mib(a) for name, a in groups.get(group, {}).items() if name.startswith("ours")} for group in ("base", "4x")}
    figures["peak_mib"] = max(peaks["base"].values())
    figures["peak_extra_4x_mib"] = max((peaks["4x"][name] - peaks["base"][name] for name in peaks["4x"]), default=None)
    return figures


def ratio(groups: Groups, group: str, over: str, under: str) -> float | None:
    """Median over the rounds of one contender's time over another's; None when one did not run."""
    if not {over, under} <= groups.get(group, {}).keys():
        return None
    return statistics.median(a / b for a, b in zip(seconds(groups[group][over]), seconds(groups[group][under]), strict=True))


def seconds(answers: list[dict]) -> list[float]:
    """Time of each round."""
    return [answer["seconds"] for answer in answers]


def peak_mib(answers: list[dict]) -> float:
    """Largest memory of a contender's own process."""
    return max(answer["peak_mib"] for answer in answers)


def _contender(group: dict[str, list[dict]], name: str) -> dict:
    """A contender's times and its ratios to decoding and to the pass with as many threads."""
    times, kind = seconds(group[name]), "".join(re.findall(r"_\d+t$", name))
    made = {"median_s": statistics.median(times), "min_s": min(times), "max_s": max(times), "peak_mib": peak_mib(group[name])}
    made["cpu_s"] = statistics.median(answer["cpu_s"] for answer in group[name])
    for reference in ("decode", "ours"):
        made[f"over_{reference}"] = ratio({"": group}, "", name, reference + kind)
    if "first_s" in group[name][0]:
        made["in_process_s"] = statistics.median(answer["first_s"] for answer in group[name])
    return made


def _target(value: float | None, sense: str, wanted: float) -> dict:
    reached = None if value is None else value <= wanted if sense == "<=" else value >= wanted
    return {"value": value, "target": f"{sense} {wanted:g}", "reached": reached}


def _sizes(city: City, suffix: str) -> dict:
    import rasterio

    with rasterio.open(city.land) as raster:
        cells = raster.width * raster.height
    return {f"cell_m{suffix}": city.cell_m, f"cells{suffix}": cells, f"file_mib{suffix}": city.land.stat().st_size / 2**20}


def _versions() -> dict[str, str]:
    import rasterio

    return {
        "python": platform.python_version(),
        "gdal": rasterio.__gdal_version__,
        **{name: importlib.metadata.version(name) for name in PACKAGES},
    }


# --- to read -------------------------------------------------------------------------------------------------


def table(made: dict) -> str:
    """The figures as a table for people."""
    big = f"; 4x: {made['cells_4x'] / 1e6:.0f} million, {made['cell_m_4x']} m" if "cells_4x" in made else ""
    lines = [
        f"{made['cells'] / 1e6:.0f} million cells of {made['cell_m']} m{big}; {made['runs']} rounds, {made['processors']} processors",
        "",
        f"{'group':9} {'contender':20} {'median s':>9} {'min':>7} {'max':>7} {'x decode':>9} {'x ours':>8} {'peak MiB':>9}",
    ]
    for group, names in made["contenders"].items():
        for name, c in names.items():
            ratios = "".join(f"{c[k]:{w}.2f}" if c[k] else " " * w for k, w in (("over_decode", 10), ("over_ours", 9)))
            lines.append(f"{group:9} {name:20} {c['median_s']:9.3f} {c['min_s']:7.3f} {c['max_s']:7.3f}{ratios} {c['peak_mib']:9.0f}")
    lines += ["", f"{'target (of 10 and 5 m)':32} {'wanted':>8} {'found':>8}"]
    for name, t in made["targets"].items():
        found = "-" if t["value"] is None else f"{t['value']:.2f}"
        lines.append(
            f"{name:32} {t['target']:>8} {found:>8}  {'' if t['reached'] is None else 'reached' if t['reached'] else 'not reached'}"
        )
    lines += ["", f"{'agreement':32} {'within':>8} {'found':>8}"]
    for name, a in made["agreement"].items():
        lines.append(f"{name:32} {a['tolerance']:8.0e} {a['difference']:8.1e}  {'agrees' if a['agrees'] else 'DIFFERS'}")
    return "\n".join(lines)


# --- parcels -------------------------------------------------------------------------------------------------


def parcel_summary(group: dict[str, list[dict]], options: argparse.Namespace) -> dict:
    """Everything ``parcels.json`` holds: times, memory, their ratio, and whether areas agree."""
    ours, theirs = (np.array(group[name][0]["area_hm2"]) for name in ("ours", "geopandas"))
    return {
        "parcels": options.parcels,
        "runs": options.runs,
        "geopandas_over_ours": ratio({"": group}, "", "geopandas", "ours"),
        "contenders": {name: _contender(group, name) for name in group},
        "agreement": _within((ours - theirs) / theirs.sum(axis=1, keepdims=True), GEODESIC),
        "versions": _versions(),
    }


def parcel_table(made: dict) -> str:
    """The same for people."""
    lines = [
        f"{made['parcels']} parcels; {made['runs']} rounds",
        "",
        f"{'contender':20} {'median s':>9} {'min':>7} {'max':>7} {'peak MiB':>9}",
    ]
    for name, c in made["contenders"].items():
        lines.append(f"{name:20} {c['median_s']:9.2f} {c['min_s']:7.2f} {c['max_s']:7.2f} {c['peak_mib']:9.0f}")
    a = made["agreement"]
    lines += ["", f"geopandas over ours: {made['geopandas_over_ours']:.2f}"]
    lines.append(
        f"areas differ by {a['difference']:.1e} of a county, {a['tolerance']:.0e} tolerated: {'agrees' if a['agrees'] else 'DIFFERS'}"
    )
    return "\n".join(lines)


# --- siting --------------------------------------------------------------------------------------------------


def siting_summary(group: dict[str, list[dict]], options: argparse.Namespace) -> dict:
    """Everything ``siting.json`` holds: times, memory, whether threads and rounds give equal bytes, and atlite's shares where it ran."""
    found = {"threads": _equal(a["exact"] for name in ("siting_1t", "siting") for a in group[name])}
    if "atlite" in group:
        ours, theirs = (group[name][0]["excluded"] for name in ("shared", "atlite"))
        found["atlite"] = _within(np.array([ours[code] - theirs[code] for code in ours]), BUFFERS)
    return {
        "cell_m": options.siting,
        "runs": options.runs,
        "patterns": group["siting"][0]["patterns"],
        "rules_shared": group["shared"][0]["rules"] if "shared" in group else None,
        "atlite_over_shared": ratio({"": group}, "", "atlite", "shared") if "atlite" in group else None,
        "contenders": {name: _contender(group, name) for name in group},
        "agreement": found,
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "versions": _versions(),
    }


def siting_table(made: dict) -> str:
    """The same for people."""
    lines = [
        f"siting on cells of {made['cell_m']} m; {made['runs']} rounds, {made['processors']} processors; {made['patterns']} rows of patterns",
        "",
        f"{'contender':20} {'median s':>9} {'min':>7} {'max':>7} {'cpu s':>8} {'peak MiB':>9}",
    ]
    for name, c in made["contenders"].items():
        lines.append(f"{name:20} {c['median_s']:9.2f} {c['min_s']:7.2f} {c['max_s']:7.2f} {c['cpu_s']:8.2f} {c['peak_mib']:9.0f}")
    if made["atlite_over_shared"]:
        lines += ["", f"atlite over ours on {made['rules_shared']} rules: {made['atlite_over_shared']:.2f}"]
    for name, a in made["agreement"].items():
        lines.append(f"{name:20} {a['tolerance']:8.0e} {a['difference']:8.1e}  {'agrees' if a['agrees'] else 'DIFFERS'}")
    return "\n".join(lines)
