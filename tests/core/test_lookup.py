"""Codes to places, for small codes by a table and for wide ones by search, against the plain reading."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.legend import Lookup

_INT64 = np.iinfo(np.int64)
_NUMBERS = st.integers(-300, 300) | st.integers(_INT64.min, _INT64.max) | st.sampled_from([_INT64.min, _INT64.max, 1 << 62, 1 << 16])


@given(st.lists(_NUMBERS, min_size=1, max_size=20, unique=True), st.lists(_NUMBERS, max_size=40))
def test_every_code_is_found_at_its_place_and_nothing_else_is(codes, others):
    values = np.array([*codes, *others, *(c + 1 for c in codes if c < _INT64.max), *(c - 1 for c in codes if c > _INT64.min)], np.int64)
    ordered = sorted(codes)
    assert Lookup(codes).index(values).tolist() == [ordered.index(int(v)) if int(v) in codes else len(codes) for v in values]


@given(st.sets(st.integers(0, 255), min_size=1))
def test_codes_of_a_byte_are_looked_up_as_bytes_too(codes):
    values = np.arange(256, dtype=np.uint8)
    ordered = sorted(codes)
    assert Lookup(list(codes)).index(values).tolist() == [ordered.index(v) if v in codes else len(codes) for v in range(256)]
