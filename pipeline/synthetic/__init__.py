"""A made-up city on real county boundaries, with everything in it known: for demonstration, tests and benches.

``make_city`` writes all of it with a configuration the pipeline runs on; ``write_land_cover`` writes land cover of any
size for benches; ``constraint_layers``, ``subcompartments`` and the rest make single parts as frames. Everything is a
function of place and seed: the same seed shows the same place at every cell size.
"""

from pipeline.synthetic.city import PRODUCTS, YEARS, make_city
from pipeline.synthetic.constraints import constraint_layers
from pipeline.synthetic.land import Lattice, classes_at, write_land_cover
from pipeline.synthetic.parcels import land_survey, roofs, subcompartments, tessellation
from pipeline.synthetic.place import YUNCHENG, Frame
from pipeline.synthetic.products import confusion, write_biomass, write_fields, write_product, write_relief
from pipeline.synthetic.samples import candidate_sites, reference_points

__all__ = [
    "PRODUCTS", "YEARS", "YUNCHENG", "Frame", "Lattice", "candidate_sites", "classes_at", "confusion", "constraint_layers", "land_survey",
    "make_city", "reference_points", "roofs", "subcompartments", "tessellation", "write_biomass", "write_fields", "write_land_cover",
    "write_product", "write_relief",
]  # fmt: skip
