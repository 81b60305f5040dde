"""The four states of land for a technology, strictest first, and their colours wherever land is drawn by them.

Told apart without red and green: pale brick, grey, amber and dark teal differ in lightness and in blue against yellow; what is
excluded, mostly the larger part, steps back.
"""

from __future__ import annotations

ZONES = ("prohibited", "unknown", "conditional", "allowed")  # of several states of a cell the first counts
ZONE_COLOURS = {"prohibited": "#d6aaa2", "unknown": "#8e979d", "conditional": "#e3a72f", "allowed": "#0f7364"}
