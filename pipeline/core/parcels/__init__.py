"""Vector land cover - sub-compartments of the forest one-map, land-survey parcels - measured polygon by polygon.

A product is a folder with ``layer.yaml`` (kind ``parcels``) and a legend of text codes. The file comes as a stream of
batches (:class:`pipeline.core.features.Batch`); memory holds the parcels of three counties at most. Areas are ellipsoidal,
parcels that cross a county line are cut by it, land claimed twice belongs to the parcel with the lower feature id.
"""

from pipeline.core.parcels.drawing import draw
from pipeline.core.parcels.fields import Roles, roles
from pipeline.core.parcels.measure import Measured, measure
from pipeline.core.parcels.scheme import legend, numbered_legend

__all__ = ["Measured", "Roles", "draw", "legend", "measure", "numbered_legend", "roles"]
