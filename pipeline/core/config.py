"""``config.yaml`` as frozen typed sections; the only place where settings are read.

Every mistake is reported at once with file, line and column. Text codes must be quoted (YAML 1.2 reads
``140800`` as a number), unknown keys are errors, duplicate keys, aliases and oversized files are refused.
"""

from __future__ import annotations

import datetime as dt
import difflib
import io
import itertools
import math
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from pipeline.core.errors import Problem, UsageError, problem
from pipeline.core.words import Term

PROJECT = Path(__file__).resolve().parents[2]
_MAX_BYTES, _MAX_DEPTH = 1_000_000, 30
_SCHEDULER = r"^(local|(tcp|tls)://[\w.\-:\[\]]+)$"
_UNION_ARMS = ("str", "int")  # what pydantic adds to the place of a setting that may be of several kinds

# Blanks that YAML puts where a Chinese text was folded over lines.
_FOLD = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) +(?=[\u3000-\u9fff\uff00-\uffef])")
Code = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]  # of a candidate site
Epsg = Annotated[str, StringConstraints(pattern=r"^EPSG:\d{4,6}$")]


class Section(BaseModel):
    """A part of the configuration: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Text(Section):
    """A text people read, in both languages; the other language stands in where one is absent."""

    zh: str = ""
    en: str = ""

    def get(self, language: str) -> str:
        """The text in ``zh`` or ``en``."""
        return _FOLD.sub("", self.zh or self.en) if language == "zh" else (self.en or self.zh)


class Fields(Section):
    """Names of the attribute fields of a boundary file."""

    county_code: str = Field("county_code", description="Field with the six-digit code.")
    county_name: str = Field("county_name", description="Field with the county's name.")


class LayerRef(Section):
    """A source layer: a folder with ``layer.yaml``, and/or settings that override what stands there.

    With ``file`` the folder gives legend, readings and citation, and the file speaks for itself (its own
    CRS, no-data value and year); without a folder everything is given here.
    """

    layer: str | None = Field(None, description="Folder under layers/ that holds layer.yaml.")
    file: str | list[str] | None = Field(
        None, description="Data file, or the tiles of one raster; relative to this file or to the project."
    )
    table: str | None = Field(
        None, description="Layer of a GeoPackage, FileGDB or KML, sheet of a workbook, variable of a NetCDF, file in a zip."
    )
    band: int = Field(1, ge=1, description="Band of a raster.")
    product: Key | None = Field(None, description="Name of a land-cover product in the tables.")
    year: int | None = Field(None, ge=1900, le=2200, description="Year the data stand for.")
    nodata: float | None = Field(None, description="No-data value; without it, the one the file declares.")
    assume_crs: Epsg | None = Field(None, description="CRS of a file that declares none; written to the report.")
    datum: Literal["cgcs2000", "wgs84", "gcj02", "bd09"] | None = Field(
        None, description="Datum of the coordinates; gcj02 and bd09 (offset map services) are converted."
    )
    encoding: Literal["utf-8", "gb18030"] | None = Field(
        None, description="Encoding of a file's text, where the file itself says it wrong."
    )
    columns: dict[Key, str] | None = Field(None, description="Our column: the field or heading in the file.")
    units: dict[Key, str] | None = Field(None, description="Our column: the unit its values are written in.")
    legend: str | None = Field(None, description="Table of class codes (legend.csv).")
    unit: str | None = Field(None, description="Unit of a measured layer after scaling.")
    scale: float | None = Field(None, description="Factor from the file's values to the unit.")
    resampling: Literal["nearest", "mode", "average", "bilinear"] | None = None
    title: Text | None = None
    fields: Fields | None = None
    synthetic: bool = Field(False, description="Made-up data: everything made from it is marked.")

    bands: list[float] | None = Field(None, min_length=1, description="Breaks that make a measured layer a stratum. [the layer's unit]")

    @field_validator("file", "layer")
    @classmethod
    def _not_blank(cls, value: str | list[str] | None) -> str | list[str] | None:
        if value is not None and (not value or not all(part.strip() for part in ([value] if isinstance(value, str) else value))):
            raise ValueError("file names")
        return value

    @field_validator("bands")
    @classmethod
    def _rising(cls, value: list[float] | None) -> list[float] | None:
        if value is not None and not (all(map(math.isfinite, value)) and all(a < b for a, b in itertools.pairwise(value))):
            raise ValueError("a < b < c …")
        return value

    @property
    def files(self) -> list[str]:
        """The file or files as written; empty when the folder's own file is meant."""
        return [] if self.file is None else [self.file] if isinstance(self.file, str) else self.file


class Area(Section):
    """The place that is reported on."""

    code: Code = Field(description="Six-digit code of the whole area, quoted.")
    name: Text = Field(description="Its name.")
    boundaries: LayerRef = Field(description="County polygons.")
    expected: str | None = Field(None, description="Table of the counties that should be there, with reference areas.")
    control_lines: LayerRef | None = Field(None, description="County polygons of sure datum that the boundaries are compared with.")
    control_areas: LayerRef | None = Field(None, description="Table of official county areas; shown beside the geometric ones.")


class Tabulate(Section):
    """The pixel pass."""

    strata: list[Key] = Field([], description="Layers that split every class area, crossed; a measured layer needs bands.")
    sums: list[Key] = Field([], description="Measured layers summed by class for every product, not only the leading one.")


class Compute(Section):
    """Where and how the pixel pass runs; its results do not depend on any of this."""

    workers: int | Literal["auto"] = Field("auto", description="Threads; auto = one per processor.")
    block: int = Field(2048, ge=16, le=4096, description="Side of a block [cells]; memory follows it.")
    scheduler: str | None = Field(None, pattern=_SCHEDULER, description="Dask: local, or its address.")

    @field_validator("workers")
    @classmethod
    def _some(cls, value: int | str) -> int | str:
        if isinstance(value, int) and not 1 <= value <= 256:
            raise ValueError("1 .. 256")
        return value


class SampleDesign(Section):
    """How reference points were drawn and what they say; what is not declared is not guessed."""

    kind: Literal["stratified", "simple_random"] | None = Field(None, description="How they were drawn; undeclared ones are refused.")
    strata: Literal["map_class", "column"] = Field(
        "map_class", description="Strata drawn from (or grouped by afterwards): classes of the map, or a column `stratum`."
    )
    by_county: bool = Field(False, description="Drawn county by county; only then is there an estimate for each.")
    training: bool = Field(False, description="The points trained the map; they are refused.")
    definition: Literal["statutory", "tree_cover"] | None = Field(
        None, description="What the reference counts as forest: forest by law, or any tree cover."
    )
    forest: list[str] = Field([], description="Labels of the column `reference` that are forest.")
    earlier_year: int | None = Field(None, ge=1900, le=2200, description="Year of the column `reference_earlier`.")
    unit_hm2: float | None = Field(None, gt=0, description="Area of a sampling unit, for the finite population. [hm2]")


class SampleRef(LayerRef):
    """Reference points: a file with the product (and year) they were drawn for."""

    sample: SampleDesign = SampleDesign()


class Tasks(Section):
    """How the gap of the whole area is shared among its counties."""

    rule: Literal["greening_space", "equal_points", "given"] = Field(
        "greening_space", description="By suitable greening space, by equal percentage points of land, or by a table."
    )
    given: str | None = Field(None, description="Table of county_code and share, for the rule `given`.")
    max_slope_deg: float = Field(25.0, gt=0, le=90, description="Steepest land that trees are planted on. [degrees]")


class Planner(Section):
    """How large a sample would decide."""

    power: float = Field(0.8, ge=0.5, le=0.99, description="Chance that the sample decides, should the estimate be the truth.")
    scope: Literal["area", "counties"] = Field("area", description="Decide for the whole area, or for each county.")
    least_per_stratum: int = Field(50, ge=2, le=10_000, description="Fewest points of a stratum.")
    most_points: int = Field(3_000, ge=10, le=100_000, description="Most points that can be walked, for the whole area or for each county.")
    forest_share_in_forest: float = Field(0.80, gt=0, lt=1, description="Assumed share of mapped forest that is forest, before any sample.")
    forest_share_elsewhere: float = Field(0.05, gt=0, lt=1, description="Assumed share of other land that is forest, before any sample.")
    seed: int = Field(1, ge=0, description="Seed of the points; equal seeds give equal points.")


class Cover(Section):
    """Forest cover and its target."""

    targets: str | None = Field(None, description="Table of targets; leave out where there is none.")
    target_year: int = Field(2025, ge=1990, le=2100, description="Year of the forest-cover target.")
    main_reading: Key = Field("strict", description="Reading shown first on maps and in the report.")
    denominator: Literal["geometric", "official"] = Field("geometric", description="Land area the verdict's rate stands on.")
    definition: str = Field("layers/land_cover/definition.csv", description="Table of what counts as forest and as greened land.")
    scattered_trees: LayerRef | None = Field(None, description="Table of trees by villages, roads, waters and houses, by county.")
    forest_places: str | None = Field(None, description="Table of counties known for orchards, much or little forest.")
    samples: list[SampleRef] = Field([], description="Reference points.")
    sure: float = Field(0.95, gt=0.5, lt=1, description="Probability from which a target is met, and 1 - sure up to which it is not.")
    history: str | None = Field(None, description="Table of official rates of earlier years, each with its basis.")
    tasks: Tasks = Tasks()
    planner: Planner = Planner()


class Soc(Section):
    """Soil organic carbon: which edition of the table, or which layer, and of which depth. Depths are never mixed."""

    edition: Literal[2006, 2019] = Field(2019, description="Edition of the IPCC reference values (2006, or the 2019 refinement).")
    layer: Key | None = Field(None, description="Measured layer that stands for the table wherever it is known. [tC/hm2]")
    depth_cm: Literal[30, 100] = Field(30, description="Depth of the layer; the table has 0-30 cm alone. [cm]")
    error_pct: float | None = Field(None, gt=0, lt=100, description="Half-width of the 95 % interval of the layer's mean. [%]")


class Scenario(Section):
    """How much of the suitable greening space is planted, and when; spread evenly over its years."""

    name: Key = Field(description="Name in the tables.")
    title: Text = Field(Text(), description="Name people read.")
    start_year: int = Field(ge=1990, le=2200, description="First year of planting.")
    end_year: int = Field(ge=1990, le=2200, description="Last year of planting.")
    share: float = Field(1.0, gt=0, le=1, description="Share of the space that is planted.")

    @field_validator("end_year")
    @classmethod
    def _after(cls, value: int, info) -> int:
        if value < info.data.get("start_year", value):
            raise ValueError("end_year ≥ start_year")
        return value


class Potential(Section):
    """Land that may be greened and what forest on it would take up."""

    growth: str = Field("temperate continental forest", description="Row of `agb_growth` that new forest grows by.")
    trees: str = Field("pines", description="Forest type whose root-shoot ratios hold: pines, other_conifers, broadleaf.")
    scenarios: list[Scenario] = Field([], description="What is planted when; without any there is no table of removals.")
    horizons: list[int] = Field([2030, 2060], min_length=1, description="Years the removals are told for.")

    @field_validator("scenarios")
    @classmethod
    def _once(cls, value: list[Scenario]) -> list[Scenario]:
        if len({s.name for s in value}) < len(value):
            raise ValueError("name: a, b, c …")
        return value


class Value(Section):
    """What carbon would be worth at a price: a statistic, never a credit."""

    price_per_tco2: float = Field(ge=0, description="Price. [yuan/tCO2]")
    discount_pct: float = Field(gt=-100, description="Discount rate. [% a year]")
    price_change_pct: float = Field(0.0, gt=-100, description="InVEST's rate of change in price; positive lowers the value. [% a year]")


class Carbon(Section):
    """Carbon stocks."""

    routes: list[Key] = Field(["class_mean"], min_length=1, description="Routes by priority: land goes to the first that can serve it.")
    factors: str = Field(description="Table of carbon factors by land class.")
    volume_factors: str = Field("layers/factors/volume.csv", description="Table of the factors of growing stock and biomass maps.")
    species: str = Field("layers/factors/species.csv", description="Table of species codes and their types.")
    soc_factors: str = Field("layers/factors/soc.csv", description="Table of soil carbon by climate zone and edition.")
    overrides: str | None = Field(None, description="Table of the bureau's own values, row by row.")
    unchecked_factors: list[Key] = Field([], description="Rows marked `check before use` (column check_id) that may be used.")
    climate_zone: Key = Field("warm_temperate_dry", description="IPCC climate zone where no layer `climate_zone` is given.")
    agb_layer: Key = Field("agb", description="Measured layer of the route agb_raster. [t dry matter/hm2]")
    agb_error_pct: float | None = Field(None, gt=0, lt=100, description="Half-width of the 95 % interval of that layer's mean. [%]")
    soc: Soc = Soc()
    draws: int = Field(10_000, ge=1_000, le=1_000_000, description="Draws of the Monte Carlo interval.")
    seed: int = Field(1, ge=0, description="Seed; equal seeds give equal intervals.")
    greening_rules: str = Field("layers/rules/greening.csv", description="Table of slopes and of layers left out of the greening space.")
    ccer_rules: str = Field("layers/rules/ccer.csv", description="Table of the rules of CCER-14-001.")
    growth_factors: str = Field("layers/factors/ipcc.csv", description="Table whose rows `agb_growth` tell how forest grows.")
    potential: Potential = Potential()
    value: Value | None = Field(None, description="Price of carbon; without it nothing is valued.")

    @field_validator("routes")
    @classmethod
    def _once(cls, value: list[str]) -> list[str]:
        if len(set(value)) < len(value):
            raise ValueError("a, b, c …")
        return value


def _end(given: float | None, assumed: float, least: float, most: float) -> float:
    """An end of a range: the one given, else the assumed one [A], within what is possible; rounded, for 0.8 + 0.05 is not 0.85."""
    return given if given is not None else round(min(max(assumed, least), most), 9)


class Pv(Section):
    """Photovoltaic plants."""

    land_hm2_per_mw: float = Field(2.2, gt=0, le=20, description="Packing density. [hm2/MW]")
    usable_share: float = Field(1.0, gt=0, le=1, description="Share of eligible land that can be used.")
    method: Literal["horizontal", "tilted"] = Field(
        "horizontal", description="Irradiation on the horizontal, or on tilted modules with what heat takes (pvlib)."
    )
    performance_ratio: float = Field(0.80, gt=0, le=1, description="Energy out over energy in; tilted: all losses but heat.")
    performance_ratio_low: float | None = Field(None, gt=0, le=1, description="Its lower end; null = 0.05 below it.")
    performance_ratio_high: float | None = Field(None, gt=0, le=1, description="Its upper end; null = 0.05 above it.")
    tilt_deg: float | None = Field(None, ge=0, le=90, description="Tilt of the modules, facing the equator; null = the best. [degrees]")
    albedo: float = Field(0.2, ge=0, le=1, description="Share of light the ground sends back.")
    temperature_pct_k: float = Field(-0.35, le=0, ge=-2, description="Change of power by module temperature. [%/K]")
    min_area_hm2: float = Field(20.0, gt=0, description="Least contiguous land of a candidate area (PV-18). [hm2]")
    degradation_pct_yr: float = Field(0.0, ge=0, le=5, description="Loss of power a year; 0 = the first year. [%]")
    lifetime_years: int = Field(25, ge=1, le=60, description="Years the loss is averaged over.")

    @property
    def least_area_hm2(self) -> float:
        """Least contiguous land of a candidate area. [hm2]"""
        return self.min_area_hm2

    @model_validator(mode="after")
    def _ordered(self) -> Pv:
        if not self.ratio_low <= self.performance_ratio <= self.ratio_high:
            raise ValueError("performance_ratio_low ≤ performance_ratio ≤ performance_ratio_high")
        return self

    @property
    def ratio_low(self) -> float:
        """Lower end of the performance ratio."""
        return _end(self.performance_ratio_low, self.performance_ratio - 0.05, 0.0, 1.0)

    @property
    def ratio_high(self) -> float:
        """Upper end of the performance ratio."""
        return _end(self.performance_ratio_high, self.performance_ratio + 0.05, 0.0, 1.0)


class Wind(Section):
    """Wind farms."""

    turbine_mw: float = Field(6.25, gt=0, le=30, description="Rated power. [MW]")
    rotor_m: float = Field(191.0, gt=0, le=400, description="Rotor diameter D. [m]")
    spacing_along_d: float = Field(7.0, ge=3, le=15, description="Spacing along the prevailing wind. [D]")
    spacing_across_d: float = Field(4.0, ge=2, le=15, description="Spacing across it. [D]")
    usable_share: float = Field(1.0, gt=0, le=1, description="Share of eligible land that can be used.")

    min_area_hm2: float | None = Field(None, gt=0, description="Least contiguous land; null = the spacing of one turbine. [hm2]")
    land_take_share: float | None = Field(None, ge=0, le=1, description="Share of the field that pads and roads take; null = not known.")
    turbine: str = Field("N131/3000", description="Turbine of windpowerlib's library whose power curve holds; its shape, at any capacity.")
    weibull_k: float = Field(2.0, ge=1, le=5, description="Shape of the distribution of wind speed.")
    losses_pct: float = Field(20.0, ge=0, lt=100, description="Wake, availability, electrical losses. [%]")
    losses_low_pct: float | None = Field(None, ge=0, lt=100, description="Their lower end; null = 5 below them. [%]")
    losses_high_pct: float | None = Field(None, ge=0, lt=100, description="Their upper end; null = 5 above them. [%]")

    @model_validator(mode="after")
    def _ordered(self) -> Wind:
        if not self.loss_low_pct <= self.losses_pct <= self.loss_high_pct:
            raise ValueError("losses_low_pct ≤ losses_pct ≤ losses_high_pct")
        return self

    @property
    def loss_low_pct(self) -> float:
        """Lower end of the losses. [%]"""
        return _end(self.losses_low_pct, self.losses_pct - 5, 0.0, 100.0)

    @property
    def loss_high_pct(self) -> float:
        """Upper end of the losses. [%]"""
        return _end(self.losses_high_pct, self.losses_pct + 5, 0.0, 100.0)

    @property
    def land_hm2_per_mw(self) -> float:
        """Land of the wind field (not land taken) per MW: spacing rectangle over rated power. [hm2/MW]"""
        return self.spacing_along_d * self.spacing_across_d * self.rotor_m**2 / 1e4 / self.turbine_mw

    @property
    def least_area_hm2(self) -> float:
        """Least contiguous land of a candidate area. [hm2]"""
        return self.land_hm2_per_mw * self.turbine_mw if self.min_area_hm2 is None else self.min_area_hm2


class Rooftop(Section):
    """Modules on roofs: the roofs, and what share of them can carry modules."""

    buildings: LayerRef | None = Field(
        None, description="Footprints of buildings, with a field `building_class`; null = no roofs are told."
    )
    shares: str = Field(
        "layers/factors/rooftop.csv", description="Table of the share of roof area that can carry modules, by building class."
    )
    mw_per_hm2: float | None = Field(None, gt=0, le=5, description="Capacity of a hectare of modules; null = no capacity. [MW/hm2]")


Verdict = Literal["allowed", "conditional", "unknown", "prohibited"]


class Portfolio(Section):
    """A set of candidate sites to look for: targets at least cost, within limits."""

    name: Key = Field(description="Name in the tables.")
    title: Text = Field(Text(), description="What it is called in the report.")
    target_mw: dict[Kind, float] = Field({}, description="Least capacity of each technology. [MW]")
    target_gwh_yr: dict[Kind, float] = Field({}, description="Least energy of each technology in a year. [GWh]")
    minimise: Literal["carbon_loss_tc", "forest_loss_hm2", "area_hm2", "conflicts", "score", "cost"] = Field(
        description="What is kept least; score: capacity x (1 - score); cost: a column of the sites."
    )
    most_forest_loss_hm2: float | None = Field(None, ge=0, description="Most forest that may be lost. [hm2]")
    most_carbon_loss_tc: float | None = Field(None, ge=0, description="Most vegetation carbon that may be lost. [tC]")
    most_mw_per_county: float | dict[Code, float] | None = Field(None, description="Most capacity of a county, of all or by code. [MW]")
    verdicts: list[Verdict] = Field(["allowed", "conditional"], min_length=1, description="Verdicts whose sites may be chosen.")

    @model_validator(mode="after")
    def _has_target(self) -> Portfolio:
        caps = self.most_mw_per_county
        numbers = [*self.target_mw.values(), *self.target_gwh_yr.values(), *(caps.values() if isinstance(caps, dict) else [caps or 0.0])]
        if not (self.target_mw or self.target_gwh_yr) or any(not 0 <= n < math.inf for n in numbers):
            raise ValueError("target_mw, target_gwh_yr ≥ 0")
        return self


class Siting(Section):
    """Which sites law and land allow."""

    assessment_date: dt.date = Field(description="Rules in force on this day apply.")
    rules: str = Field(description="Table of siting rules.")
    rules_off: list[str] = Field([], description="Ids of rules to leave out; named in the report.")
    county_rules: str | None = Field(None, description="Table of what counties change in rules: threshold, state or both.")
    compare_dates: list[dt.date] = Field([], max_length=12, description="Further days to judge sites and land on, by the rules of each.")
    sites: list[LayerRef] = Field([], description="Candidate sites.")
    distances_to: list[Key] = Field([], description="Vector layers whose distance is told, beside those that distance rules name.")
    plan_conflicts: str | None = Field(None, description="Table of items of the plan that meet a rule.")
    layer_names: str = Field("layers/rules/layers.csv", description="Table of what layers are called and who holds them.")
    emission_factors: str = Field("layers/factors/grid_emission.csv", description="Table of what a kWh of the grid emits.")
    most_candidate_areas: int = Field(100, ge=0, le=100_000, description="Areas listed, of each technology and verdict.")
    full_plant_mw: float = Field(
        100.0, gt=0, description="Capacity from which on size no longer counts in the rank of candidate areas. [MW]"
    )
    scores: str = Field("layers/rules/scores.csv", description="Table of the criteria that sites are scored by.")
    score_weight_change_pct: float = Field(20.0, gt=0, le=100, description="Change of each weight that ranks are tried against. [%]")
    score_top_sites: int = Field(3, ge=1, le=1000, description="How many places count as the top.")
    payback_factor: str = Field("north_china_2023", description="Emission factor (factor_id) that trade-offs use.")
    portfolios: list[Portfolio] = Field([], description="Sets of sites to look for.")
    pv: Pv = Pv()
    wind: Wind = Wind()
    rooftop: Rooftop = Rooftop()

    @model_validator(mode="after")
    def _portfolios_apart(self) -> Siting:
        names = [p.name for p in self.portfolios]
        if len(set(names)) < len(names):
            raise ValueError("portfolios: name")
        return self


class Maps(Section):
    """Map pages."""

    map_review_no: str = Field("", max_length=60, description="审图号; empty marks pages for internal use.")
    audience: Literal["internal", "public"] = Field(
        "internal", description="public: restricted layers are not drawn, and the page says so."
    )
    restricted_layers: list[Key] = Field(
        [
            "pbf",
            "eco_redline",
            "military_area",
            "one_map",
            "forest_one_map",
            "protection_grade_1",
            "public_welfare_national",
            "land_survey",
            "land_survey_2",
        ],
        description="Layers, and land-cover products by folder or name, that public pages do not draw.",
    )
    base_map: Literal["none", "tianditu"] = Field("none", description="Online base map offered on the pages; the reader types in the key.")
    county_page_mb: float = Field(8, gt=0.5, le=100, description="Largest page of a county; above it rasters are drawn coarser. [MB]")
    city_page_mb: float = Field(15, gt=0.5, le=100, description="Largest page of the whole area. [MB]")
    earlier_run: str | None = Field(None, description="Output folder of an earlier run to compare with.")


class Report(Section):
    """Documents."""

    issuer: str = Field("", max_length=100, description="Office that issues the report.")
    places: str | None = Field(None, description="Table of places the plan names.")
    site_opinions: int = Field(200, ge=0, description="Most sites that get a page of their own; the tables hold all.")


class Fetch(Section):
    """Public data for the study area (make fetch), the only command that may use the network."""

    sources: list[Key] = Field([], description="Sources to fetch, by name; empty only lists them.")
    folder: str = Field("data/fetched", min_length=1, description="Where they go, relative to this file.")
    source_folders: list[str] = Field(["layers/remote"], description="Folders of source files, one YAML file a source.")
    margin_deg: float = Field(0.05, ge=0, le=1, description="Margin around the boundaries. [degrees]")
    hosts: list[str] = Field([], description="Further hosts that may be asked, name or name:port; only these may have private addresses.")
    max_mb: float = Field(4000, gt=0, le=1_000_000, description="Largest window before compression, and most that is received. [MB]")
    max_tiles: int = Field(100, ge=1, le=10_000, description="Most files of one source.")
    timeout_s: float = Field(30, gt=0, le=600, description="Silence of a server that ends a try. [s]")
    retries: int = Field(4, ge=0, le=20, description="Further tries after a failure, with growing pauses.")
    total_minutes: float = Field(60, gt=0, le=1440, description="Time limit of one source. [min]")


class Config(Section):
    """The whole configuration."""

    language: Literal["zh", "en"] = Field("zh", description="Language of what users see.")
    data_folders: list[str] = Field([], description="Folders outside the project that may be read.")
    area: Area
    land_cover: list[LayerRef] = Field(min_length=1, description="Land-cover products; the first one leads.")
    layers: dict[Key, LayerRef] = Field({}, description="Other layers by name; siting rules ask for them by it.")
    tabulate: Tabulate = Tabulate()
    compute: Compute = Compute()
    cover: Cover = Cover()
    carbon: Carbon
    siting: Siting
    maps: Maps = Maps()
    report: Report = Report()
    fetch: Fetch = Fetch()


def load(path: Path) -> Config:
    """Read and check a configuration file; raises UsageError with every mistake and its place."""
    try:
        size = path.stat().st_size
        if size > _MAX_BYTES:
            raise UsageError(problem("config_too_big", file=path.name, found=size, limit=_MAX_BYTES))
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(problem("config_missing", file=str(path))) from None
    except IsADirectoryError:
        raise UsageError(problem("config_missing", file=str(path))) from None
    except UnicodeDecodeError:
        raise UsageError(problem("config_not_utf8", file=path.name)) from None
    tree = _parse(text, path.name)
    try:
        return Config.model_validate(_plain(tree))
    except ValidationError as error:
        raise UsageError(_once([_explain(e, tree, path.name) for e in error.errors(include_url=False)])) from None


def language_of(path: Path) -> str | None:
    """The language a configuration asks for, even where the rest of it cannot be read; None where it does not say."""
    try:
        asked = re.search(rb"^language:[ \t]*['\"]?(zh|en)\b", path.read_bytes()[:_MAX_BYTES], re.MULTILINE)
    except OSError:
        return None
    return asked and asked[1].decode()


def _parse(text: str, name: str):
    """YAML 1.2 with places; refuses aliases, duplicate keys, own tags, deep nesting and anything but a mapping."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        depth = 0
        for event in YAML(typ="rt").parse(io.StringIO(text)):
            kind = type(event).__name__
            if kind == "AliasEvent" or (getattr(event, "tag", None) or "").startswith(("!!", "tag:yaml.org,2002:python")):
                raise UsageError(problem("config_alias", file=name, line=event.start_mark.line + 1))
            depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
            if depth > _MAX_DEPTH:
                raise UsageError(problem("config_too_deep", file=name, line=event.start_mark.line + 1))
        tree = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        said = " ".join(str(error.problem or "").split()) or type(error).__name__
        raise UsageError(problem("config_yaml", where=where, found=said)) from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise UsageError(problem("config_yaml", where=name, found=type(error).__name__)) from None
    if not isinstance(tree, dict):
        raise UsageError(problem("config_not_mapping", file=name))
    return tree


def _plain(node: Any) -> Any:
    """ruamel's decorated values as plain Python ones."""
    if isinstance(node, dict):
        return {str(k): _plain(v) for k, v in node.items()}
    if isinstance(node, list):
        return [_plain(v) for v in node]
    if isinstance(node, bool) or node is None or isinstance(node, dt.date):
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def _explain(error: dict, tree: Any, name: str) -> Problem:
    """One pydantic finding as a problem with file, line, column and the dotted key."""
    place = [p for p in error["loc"] if not (isinstance(p, str) and (p.endswith("]") or p in _UNION_ARMS))]
    where, dotted = f"{name}{_position(tree, place)}", ".".join(str(p) for p in place)
    found = error.get("input")
    shown = _found(found)
    if error["type"] == "extra_forbidden":
        known = _known_keys(place[:-1])
        near = difflib.get_close_matches(str(place[-1]), known, n=1)
        if near:
            return problem("config_unknown_key_guess", where=where, key=dotted, guess=near[0])
        return problem("config_unknown_key", where=where, key=dotted, known=", ".join(known))
    if error["type"] == "missing":
        return problem("config_missing_key", where=where, key=dotted)
    if error["type"] == "string_type" and isinstance(found, int | float):
        return problem("config_quote", where=where, key=dotted, found=shown)
    if error["type"] == "literal_error":
        return problem("config_choice", where=where, key=dotted, found=shown, known=error["ctx"]["expected"])
    return problem("config_value", where=where, key=dotted, found=shown, expected=expected(error))


def _once(found: list[Problem]) -> list[Problem]:
    """One problem for each place: where a setting may be of several kinds pydantic tells of each."""
    made: dict[str, Problem] = {}
    for p in found:
        key, before = p.params["key"], made.get(p.params["key"])
        if before is None:
            made[key] = p
        elif {before.key, p.key} <= {"config_value", "config_choice"}:
            either = [q.params.get("expected") or Term((q.params["known"],)) for q in (before, p)]
            made[key] = problem(
                "config_value", **(before.params | {"expected": Term(tuple(dict.fromkeys(k for t in either for k in t.keys)))})
            )
    return [p for key, p in made.items() if not any(other.startswith(f"{key}.") for other in made)]


# Kind of value as pydantic calls it at the head of an error -> how people write it (key of a word).
_KINDS = {
    "dict": "config_is_map", "model": "config_is_map", "list": "config_is_list", "tuple": "config_is_list", "string": "config_is_text",
    "float": "config_is_number", "finite": "config_is_number", "int": "config_is_whole", "bool": "config_is_switch", "date": "config_is_date",
}  # fmt: skip
_WRITTEN = {dict: "config_is_map", list: "config_is_list"}


def _found(value: Any) -> str | Term:
    """What stands in the file: a value as it is written there, a table or a list by that word."""
    if value is None or isinstance(value, dict | list):
        return Term(("config_is_blank" if value is None else _WRITTEN[dict if isinstance(value, dict) else list],))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)[:60] if isinstance(value, str | int | float | dt.date) else Term(("config_unlike",))


def expected(error: dict) -> Term:
    """What pydantic would have taken, in the words of those who write the file."""
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        return Term((str(context["error"]),))
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "≥", "max_length": "≤"}
    limits = [f"{signs[k]} {v}" for k, v in context.items() if k in signs]
    if limits:
        return Term((" ".join(limits),))
    if "pattern" in context:
        examples = {r"^\d{6}$": '"140800"', r"^EPSG:\d{4,6}$": "EPSG:4490", _SCHEDULER: "local | tcp://host:8786"}
        return Term((examples.get(context["pattern"], context["pattern"]),))
    if error["type"] == "literal_error":
        return Term((context["expected"],))
    return Term((_KINDS.get(error["type"].split("_")[0], error["type"]),))


def why_wrong(error: dict) -> Term:
    """The same for files whose keys are not told by line: that a key is missing, that there is none of its name, else what is expected."""
    absent = {"missing": "config_missing_word", "extra_forbidden": "config_extra_word"}.get(error["type"])
    return Term((absent,)) if absent else expected(error)


def _position(tree: Any, place: list) -> str:
    """``:line:column`` of a key, or of the nearest thing around it that stands in the file."""
    node, best = tree, ""
    for step in place:
        marks = getattr(node, "lc", None)
        try:
            if isinstance(node, dict) and marks is not None:
                line, column = marks.key(step)
            elif marks is not None:
                line, column = marks.item(step)
            else:
                break
            best, node = f":{line + 1}:{column + 1}", node[step]
        except (KeyError, IndexError, TypeError):
            break
    return best


def _known_keys(place: list) -> list[str]:
    """The keys a section knows, found by walking the models along ``place``."""
    model: Any = Config
    for step in place:
        if isinstance(model, type) and issubclass(model, BaseModel) and step in model.model_fields:
            model = model.model_fields[step].annotation
        while getattr(model, "__args__", None) and not isinstance(model, type):
            model = next((a for a in reversed(model.__args__) if a is not type(None)), None)
        if getattr(model, "__origin__", None) in (list, dict):
            model = model.__args__[-1]
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []
