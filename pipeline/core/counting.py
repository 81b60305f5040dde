"""The inner loops of the pixel pass, compiled: how the cells of a block are added up.

Areas are whole quanta (:attr:`pipeline.core.grid.Grid.quantum_m2`), kept in two words: ``[0] * 2**AREA_BITS + [1]``, and value
times quanta likewise with ``VALUE_BITS``. With weights up to 2 ** 54 and values up to 2 ** 20 there is room for 2 ** 24 cells
in a block. Every loop walks the runs of whole cells and the border cells of each zone and row; compiled code has no cheap
way to share the walk, so it stands in each.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

AREA_BITS, VALUE_BITS = 26, 36  # of the lower word

# Zones come as the tuple of Zones.arrays. A block's cell (r, c) is the grid's (top + r, left + c).


@njit(nogil=True, cache=True)
def extent(zones, top, first, last):
    """First and last (excluded) column any zone has in each row from ``top`` on, put into ``first`` and ``last``."""
    row0, row1, place, border_start, border_column, _, run_start, run_first, run_last = zones
    for z in range(row0.size):
        for row in range(row0[z], row1[z]):
            i = place[z] + row - row0[z]
            if border_start[i] < border_start[i + 1]:
                first[row - top] = min(first[row - top], border_column[border_start[i]])
                last[row - top] = max(last[row - top], border_column[border_start[i + 1] - 1] + 1)
            if run_start[i] < run_start[i + 1]:
                first[row - top] = min(first[row - top], run_first[run_start[i]])
                last[row - top] = max(last[row - top], run_last[run_start[i + 1] - 1])


@njit(nogil=True, cache=True)
def look_up(values, listed, are_breaks, unknown, place):
    """Number of breaks not above each value, or the place of each code; neighbours are mostly alike, so the last one is tried first."""
    last, found = np.nan, unknown
    for i in range(values.size):
        value = values[i]
        if value != last:
            last = value
            low, high = 0, listed.size
            while low < high:
                middle = (low + high) // 2
                if listed[middle] <= value:
                    low = middle + 1
                else:
                    high = middle
            if not math.isfinite(value):
                found = unknown
            elif are_breaks:
                found = low
            else:
                found = low - 1 if low > 0 and listed[low - 1] == value else unknown + 1
        place[i] = found


@njit(nogil=True, cache=True)
def _first_at(columns, start, stop, left):
    """The first entry of a sorted stretch that is not left of ``left``."""
    while start < stop:
        middle = (start + stop) // 2
        if columns[middle] < left:
            start = middle + 1
        else:
            stop = middle
    return start


@njit(nogil=True, cache=True, inline="always")
def _put(table, z, k, s, count, quanta):
    """Add ``count`` cells of ``quanta`` each, in two words."""
    table[z, k, s, 0] += count * (quanta >> AREA_BITS)
    table[z, k, s, 1] += count * (quanta & ((1 << AREA_BITS) - 1))


@njit(nogil=True, cache=True)
def count_bytes(cells, words, columns, by_byte, expected, quanta, top, left, zones, table):
    """Count byte codes: whole cells row by row in a histogram, then border cells by their own area."""
    row0, row1, place, border_start, border_column, border_quanta, run_start, run_first, run_last = zones
    rows = quanta.size
    seen = np.zeros((8, 256), np.int64)
    for z in range(row0.size):
        for row in range(max(top, row0[z]), min(top + rows, row1[z])):
            i, r = place[z] + row - row0[z], row - top
            base = r * columns - left
            whole = np.int64(0)
            for j in range(_first_at(run_last, run_start[i], run_start[i + 1], left + 1), run_start[i + 1]):
                if run_first[j] >= left + columns:
                    break
                start, stop = max(run_first[j], left), min(run_last[j], left + columns)
                whole += stop - start
                _histogram(cells, words, base + start, base + stop, seen)
            # The legend's codes first; only where they do not make up the row is every byte looked at.
            for n in range(expected.size + 256):
                if whole == 0:
                    break
                code = expected[n] if n < expected.size else n - expected.size
                count = np.int64(0)
                for k in range(8):
                    count += seen[k, code]
                    seen[k, code] = 0
                _put(table, z, by_byte[code], 0, count, quanta[r])
                whole -= count
            for k in range(_first_at(border_column, border_start[i], border_start[i + 1], left), border_start[i + 1]):
                if border_column[k] >= left + columns:
                    break
                _put(table, z, by_byte[cells[base + border_column[k]]], 0, 1, border_quanta[k])


@njit(nogil=True, cache=True)
def _histogram(cells, words, start, stop, seen):
    """Add the bytes ``start .. stop`` to eight histograms in turn, so that no count waits for the one before it."""
    head = min((start + 7) // 8 * 8, stop)
    for i in range(start, head):
        seen[0, cells[i]] += 1
    tail = max(stop // 8 * 8, head)
    low = np.uint64(255)
    part = words[head // 8 : tail // 8]
    for i in range(part.size):
        word = part[i]
        seen[0, word & low] += 1
        seen[1, (word >> np.uint64(8)) & low] += 1
        seen[2, (word >> np.uint64(16)) & low] += 1
        seen[3, (word >> np.uint64(24)) & low] += 1
        seen[4, (word >> np.uint64(32)) & low] += 1
        seen[5, (word >> np.uint64(40)) & low] += 1
        seen[6, (word >> np.uint64(48)) & low] += 1
        seen[7, word >> np.uint64(56)] += 1
    for i in range(tail, stop):
        seen[0, cells[i]] += 1


@njit(nogil=True, cache=True)
def count_cells(index, stratum, quanta, top, left, zones, table):
    """Add each cell's area to its zone, class and stratum."""
    row0, row1, place, border_start, border_column, border_quanta, run_start, run_first, run_last = zones
    rows, columns = index.shape
    crossed, each_cell = stratum.size > 1, quanta.shape[1] > 1
    for z in range(row0.size):
        for row in range(max(top, row0[z]), min(top + rows, row1[z])):
            i, r = place[z] + row - row0[z], row - top
            for j in range(_first_at(run_last, run_start[i], run_start[i + 1], left + 1), run_start[i + 1]):
                if run_first[j] >= left + columns:
                    break
                for c in range(max(run_first[j] - left, 0), min(run_last[j] - left, columns)):
                    _put(table, z, index[r, c], stratum[r, c] if crossed else stratum[0, 0], 1, quanta[r, c if each_cell else 0])
            for k in range(_first_at(border_column, border_start[i], border_start[i + 1], left), border_start[i + 1]):
                c = border_column[k] - left
                if c >= columns:
                    break
                _put(table, z, index[r, c], stratum[r, c] if crossed else stratum[0, 0], 1, border_quanta[k])


@njit(nogil=True, cache=True)
def sum_cells(values, index, stratum, quanta, top, left, zones, shape):
    """Value x area of each cell where the value is known, area there, and the values' range by zone."""
    row0, row1, place, border_start, border_column, border_quanta, run_start, run_first, run_last = zones
    rows, columns = index.shape
    known, total, span = _no_sums(shape)
    crossed, each_cell = stratum.size > 1, quanta.shape[1] > 1
    for z in range(row0.size):
        for row in range(max(top, row0[z]), min(top + rows, row1[z])):
            i, r = place[z] + row - row0[z], row - top
            for j in range(_first_at(run_last, run_start[i], run_start[i + 1], left + 1), run_start[i + 1]):
                if run_first[j] >= left + columns:
                    break
                for c in range(max(run_first[j] - left, 0), min(run_last[j] - left, columns)):
                    s, weight = stratum[r, c] if crossed else stratum[0, 0], quanta[r, c if each_cell else 0]
                    _add_value(values[r, c], weight, z, index[r, c], s, known, total, span)
            for k in range(_first_at(border_column, border_start[i], border_start[i + 1], left), border_start[i + 1]):
                c = border_column[k] - left
                if c >= columns:
                    break
                _add_value(values[r, c], border_quanta[k], z, index[r, c], stratum[r, c] if crossed else stratum[0, 0], known, total, span)
    return known, total, span


@njit(nogil=True, cache=True)
def _no_sums(shape):
    """Nothing known, nothing summed, no range yet."""
    span = np.empty((2, shape[0]))
    span[0], span[1] = np.inf, -np.inf
    return np.zeros((shape[0], shape[1], shape[2], 2), np.int64), np.zeros((shape[0], shape[1], shape[2], 2), np.int64), span


@njit(nogil=True, cache=True, inline="always")
def _add_value(value, weight, z, k, s, known, total, span):
    """Add one cell of a layer of any numbers."""
    if value == value:
        _put(known, z, k, s, 1, weight)
        product = value * weight
        above = math.floor(product / 2.0**VALUE_BITS)
        total[z, k, s, 0] += np.int64(above)
        total[z, k, s, 1] += np.int64(np.rint(product - above * 2.0**VALUE_BITS))
        span[0, z] = min(span[0, z], value)
        span[1, z] = max(span[1, z], value)


@njit(nogil=True, cache=True)
def sum_whole(values, is_known, index, stratum, quanta, top, left, zones, shape):
    """The same of a layer of whole numbers up to 16 bits, which are summed as such."""
    row0, row1, place, border_start, border_column, border_quanta, run_start, run_first, run_last = zones
    rows, columns = index.shape
    known, total, span = _no_sums(shape)
    crossed, each_cell, masked = stratum.size > 1, quanta.shape[1] > 1, is_known.size > 0
    for z in range(row0.size):
        for row in range(max(top, row0[z]), min(top + rows, row1[z])):
            i, r = place[z] + row - row0[z], row - top
            for j in range(_first_at(run_last, run_start[i], run_start[i + 1], left + 1), run_start[i + 1]):
                if run_first[j] >= left + columns:
                    break
                for c in range(max(run_first[j] - left, 0), min(run_last[j] - left, columns)):
                    if not masked or is_known[r, c]:
                        s, weight, value = (
                            stratum[r, c] if crossed else stratum[0, 0],
                            quanta[r, c if each_cell else 0],
                            np.int64(values[r, c]),
                        )
                        _put(known, z, index[r, c], s, 1, weight)
                        _put_value(total, z, index[r, c], s, value, weight)
                        span[0, z], span[1, z] = min(span[0, z], value), max(span[1, z], value)
            for k in range(_first_at(border_column, border_start[i], border_start[i + 1], left), border_start[i + 1]):
                c = border_column[k] - left
                if c >= columns:
                    break
                if not masked or is_known[r, c]:
                    s, value = stratum[r, c] if crossed else stratum[0, 0], np.int64(values[r, c])
                    _put(known, z, index[r, c], s, 1, border_quanta[k])
                    _put_value(total, z, index[r, c], s, value, border_quanta[k])
                    span[0, z], span[1, z] = min(span[0, z], value), max(span[1, z], value)
    return known, total, span


@njit(nogil=True, cache=True, inline="always")
def _put_value(total, z, k, s, value, quanta):
    """Add a whole value (or a row's sum of them, below 2 ** 35) times an area, exactly, in two words."""
    above, below = value * (quanta >> AREA_BITS), value * (quanta & ((1 << AREA_BITS) - 1))
    shift = VALUE_BITS - AREA_BITS
    total[z, k, s, 0] += (above >> shift) + (below >> VALUE_BITS)
    total[z, k, s, 1] += ((above & ((1 << shift) - 1)) << AREA_BITS) + (below & ((1 << VALUE_BITS) - 1))


@njit(nogil=True, cache=True)
def sum_bytes(codes, values, is_known, by_byte, expected, quanta, top, left, zones, shape):
    """The same by byte codes alone: a row's values are added up by code before they meet its area."""
    row0, row1, place, border_start, border_column, border_quanta, run_start, run_first, run_last = zones
    rows, columns = codes.shape
    known, total, span = _no_sums(shape)
    masked = is_known.size > 0
    seen, summed = np.zeros((2, 256), np.int64), np.zeros((2, 256), np.int64)
    for z in range(row0.size):
        low, high = np.int64(2**31), np.int64(-(2**31))
        for row in range(max(top, row0[z]), min(top + rows, row1[z])):
            i, r, whole = place[z] + row - row0[z], row - top, np.int64(0)
            for j in range(_first_at(run_last, run_start[i], run_start[i + 1], left + 1), run_start[i + 1]):
                if run_first[j] >= left + columns:
                    break
                for c in range(max(run_first[j] - left, 0), min(run_last[j] - left, columns)):
                    if not masked or is_known[r, c]:
                        value = np.int64(values[r, c])
                        seen[c & 1, codes[r, c]] += 1
                        summed[c & 1, codes[r, c]] += value
                        whole += 1
                        low, high = min(low, value), max(high, value)
            for n in range(expected.size + 256):
                if whole == 0:
                    break
                code = expected[n] if n < expected.size else n - expected.size
                count = seen[0, code] + seen[1, code]
                if count:
                    _put(known, z, by_byte[code], 0, count, quanta[r])
                    _put_value(total, z, by_byte[code], 0, summed[0, code] + summed[1, code], quanta[r])
                    seen[0, code] = seen[1, code] = summed[0, code] = summed[1, code] = 0
                    whole -= count
            for k in range(_first_at(border_column, border_start[i], border_start[i + 1], left), border_start[i + 1]):
                c = border_column[k] - left
                if c >= columns:
                    break
                if not masked or is_known[r, c]:
                    value = np.int64(values[r, c])
                    _put(known, z, by_byte[codes[r, c]], 0, 1, border_quanta[k])
                    _put_value(total, z, by_byte[codes[r, c]], 0, value, border_quanta[k])
                    low, high = min(low, value), max(high, value)
        if low <= high:
            span[0, z], span[1, z] = low, high
    return known, total, span
