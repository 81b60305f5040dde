"""Within section 5: candidate areas, contiguous land large enough for a plant; the first few printed, all that are listed in the workbook."""

from __future__ import annotations

from pipeline.core.figures import number
from pipeline.report.data import Data, Row, ids, of, where
from pipeline.report.model import Block, Column, Heading, Para, Table

MOST = 5  # printed of each technology
_UNIT = {"pv": "kWh/m²/yr", "wind": "m/s"}  # of the resource


def area_blocks(data: Data) -> list[Block]:
    """Best areas of each technology, how many are not printed and not listed, and the sheet of all listed ones."""
    made: list[Block] = [Heading(2, data.say("h_areas"), wide=True)]
    siting = data.config.siting
    for kind, plant in (("pv", siting.pv), ("wind", siting.wind)):
        rows, left = where(data.areas, kind=kind), [r for r in data.areas_left_out if r["kind"] == kind]
        said = {"kind": data.kind(kind), "least": number(plant.least_area_hm2)}
        if not rows and not left:
            made.append(Para(data.say("areas_none", **said)))
            continue
        every = dict.fromkeys([*(z for (z,) in of(rows, "zoning")), *(r["zoning"] for r in left)])
        count = {z: len(where(rows, zoning=z)) + sum(r["count"] - r["kept"] for r in left if r["zoning"] == z) for z in every}
        counts = data.join(data.say("areas_count", count=n, zoning=data.say(f"zoning_{z}")) for z, n in count.items())
        made.append(Para(data.say("areas_main", counts=counts, **said)))
        notes = [data.say("areas_how", full=number(siting.full_plant_mw))]
        notes += [
            data.say("areas_left", zoning=data.say(f"zoning_{r['zoning']}"), left=r["count"] - r["kept"], area=number(r["left_hm2"]))
            for r in left
        ]
        made.append(Table("areas", data.say("t_areas", **said), _columns(data, kind), [_cells(data, r) for r in rows], notes, most=MOST))
    return [*made, _sheet(data)]


def _columns(data: Data, kind: str) -> list[Column]:
    return [
        data.column("rank", "count"), data.column("zoning"), data.column("zone"), data.column("area_inside", "amount", "hm²"),
        data.column("capacity_mw", "amount", "MW"), data.column("resource", "amount", _UNIT[kind]), data.column("compactness", "amount"),
        data.column("score", "amount"), data.column("rank_score", "amount"), data.column("lon_lat"), data.column("evidence"),
    ]  # fmt: skip


def _cells(data: Data, row: Row) -> tuple:
    return (
        row["rank"], data.say(f"zoning_{row['zoning']}"), _counties(data, row), row["inside_hm2"], row["capacity_mw"], row["resource_mean"],
        row["compactness"], row["score"], row["rank_score"], f"{row['lon']:.4f}, {row['lat']:.4f}", data.say(f"evidence_{row['evidence']}"),
    )  # fmt: skip


def _counties(data: Data, row: Row) -> str:
    """The county that holds most of it, and how many share it."""
    count = len(ids(row["county_shares"]))
    return row["county_name"] if count == 1 else data.say("areas_counties", county=row["county_name"], count=count)


def _sheet(data: Data) -> Table:
    columns = [
        data.column("area_id", "code"), data.column("kind"), data.column("rank", "count"), data.column("zoning"), data.column("code"),
        data.column("zone"), data.column("area_inside", "amount", "hm²"), data.column("area_cells", "amount", "hm²"),
        data.column("capacity_mw", "amount", "MW"), data.column("score", "chance"), data.column("rank_score", "chance"),
        data.column("resource", "amount"), data.column("unit"), data.column("compactness", "chance"), data.column("lon", "place"),
        data.column("lat", "place"), data.column("evidence"), data.column("basis"),
    ]  # fmt: skip
    cells = [
        (r["area_id"], data.kind(r["kind"]), r["rank"], data.say(f"zoning_{r['zoning']}"), r["county_code"], _counties(data, r), r["inside_hm2"],
         r["area_hm2"], r["capacity_mw"], r["score"], r["rank_score"], r["resource_mean"], _UNIT[r["kind"]], r["compactness"], r["lon"], r["lat"],
         data.say(f"evidence_{r['evidence']}"), r["basis"])
        for r in data.areas
    ]  # fmt: skip
    return Table("areas_all", data.say("t_areas_all"), columns, cells, sheet="areas", printed=False)
