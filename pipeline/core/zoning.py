"""What siting gives to every stage that shows it: the kinds it judges, the states of land and the verdicts on sites, with their colours.

States of land are told apart without red and green: pale brick, grey, amber and dark teal differ in lightness and in blue against yellow; what is
excluded, mostly the larger part, steps back.
"""

from __future__ import annotations

JUDGED = ("pv", "wind")  # kinds the rules judge; sites of every other kind are checked for conflicts of place alone
ATTRIBUTES = ("capacity_mw", "area_hm2")  # numbers that rules ask of a site itself, not of a layer
ZONES = ("prohibited", "unknown", "conditional", "allowed")  # of several states of a cell the first counts
ZONE_COLOURS = {"prohibited": "#d6aaa2", "unknown": "#8e979d", "conditional": "#e3a72f", "allowed": "#0f7364"}
RASTER_CLASSES = {1: "prohibited", 2: "conditional", 3: "allowed", 4: "unknown"}  # of the zoning rasters; 0 is outside
VERDICT_COLOURS = {"allowed": "#1c7048", "conditional": "#995c00", "unknown": "#525c66", "prohibited": "#b3261e"}  # of signs and outlines
