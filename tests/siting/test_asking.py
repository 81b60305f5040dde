"""Patterns that layers split one after the other hold, cell by cell, the bits that each layer says of it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.siting.asking import Patterns, _by_breaks, _by_whole, put
from pipeline.siting.shapes import everywhere, without

ROWS, COLUMNS, WORDS = 4, 6, 2


@settings(deadline=None, max_examples=80)
@given(seed=st.integers(0, 2**32), layers=st.lists(st.sampled_from(["whole", "breaks", "runs"]), max_size=6))
def test_each_cell_ends_with_the_bits_of_every_layer(seed, layers):
    random = np.random.default_rng(seed)
    inside = random.random((ROWS, COLUMNS)) < 0.8
    patterns, expected = Patterns(inside, WORDS), np.zeros((ROWS, COLUMNS, WORDS), np.uint64)
    for layer in layers:
        bits = random.integers(0, 2**63, (random.integers(1, 4), WORDS)).astype(np.uint64)
        if layer == "whole":
            values, known = random.integers(-2, 3, (ROWS, COLUMNS)).astype(np.int8), random.random((ROWS, COLUMNS)) < 0.7
            known = known if random.random() < 0.5 else known[:0]
            state_of = random.integers(0, len(bits), 6).astype(np.uint16)  # of -2 .. 2, and of unknown
            patterns.split(bits, _by_whole, values, known, -2, state_of)
            state = np.where(known if known.size else True, state_of[values.astype(int) + 2], state_of[-1])
        elif layer == "breaks":
            breaks, values = np.array([0.0, 1.5]), random.choice([-1.0, 0.0, 1.0, 1.5, 9.0, np.nan], (ROWS, COLUMNS))
            state_of = random.integers(0, len(bits), 4).astype(np.uint16)
            patterns.split(bits, _by_breaks, values, breaks, state_of)
            state = np.where(np.isnan(values), state_of[-1], state_of[np.searchsorted(breaks, values, side="right").clip(max=2)])
        else:
            first = int(random.integers(0, COLUMNS))
            runs = without(everywhere(ROWS, COLUMNS), np.array([[1, first, COLUMNS], [3, 0, COLUMNS]], np.int32), COLUMNS)
            place, said = int(random.integers(0, 32 * WORDS)), int(random.integers(1, 3))
            patterns.mark(runs, place, said)
            bits, state = np.zeros((2, WORDS), np.uint64), np.ones((ROWS, COLUMNS), int)
            put(bits[1:], place, np.array([said]))
            state[1, first:], state[3] = 0, 0
        expected |= bits[state]
    found = patterns.settle()
    assert (patterns.numbers[~inside] == -1).all()
    assert (found[patterns.numbers[inside]] == expected[inside]).all()
    assert sorted(set(patterns.numbers[inside].tolist())) == list(range(len(found))), "every pattern has a cell"
    first = [int(np.argmax(patterns.numbers.ravel() == n)) for n in range(len(found))]
    assert first == sorted(first), "numbered as they turn up"
