"""A writer of small classic NetCDF files (CDF-1, by the format's specification), as other programs than GDAL make them."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

_KINDS = {"i1": 1, "i2": 3, "i4": 4, "f4": 5, "f8": 6}
_DIMENSION, _VARIABLE, _ATTRIBUTE, _TEXT = 10, 11, 12, 2


def write(path: Path, dimensions: dict[str, int], variables: dict[str, tuple]) -> Path:
    """``variables``: {name: (names of its dimensions, values, attributes)}; attributes are texts or numpy numbers."""
    names = list(dimensions)
    head = b"CDF\x01" + bytes(4) + struct.pack(">ii", _DIMENSION, len(names))
    head += b"".join(_name(n) + struct.pack(">i", dimensions[n]) for n in names) + bytes(8)
    head += struct.pack(">ii", _VARIABLE, len(variables))
    described, blocks = [], []
    for name, (over, values, about) in variables.items():
        blocks.append(_padded(_bytes(np.asarray(values))))
        places = b"".join(struct.pack(">i", names.index(d)) for d in over)
        kind = struct.pack(">ii", _KINDS[np.asarray(values).dtype.str[1:]], len(blocks[-1]))
        described.append(_name(name) + struct.pack(">i", len(over)) + places + _attributes(about) + kind)
    at = len(head) + sum(len(d) + 4 for d in described)
    for one, block in zip(described, blocks, strict=True):
        head += one + struct.pack(">i", at)
        at += len(block)
    path.write_bytes(head + b"".join(blocks))
    return path


def _attributes(about: dict) -> bytes:
    if not about:
        return bytes(8)
    made = struct.pack(">ii", _ATTRIBUTE, len(about))
    for name, value in about.items():
        if isinstance(value, str):
            made += _name(name) + struct.pack(">ii", _TEXT, len(value)) + _padded(value.encode())
        else:
            made += _name(name) + struct.pack(">ii", _KINDS[value.dtype.str[1:]], 1) + _padded(_bytes(np.asarray(value)))
    return made


def _name(text: str) -> bytes:
    return struct.pack(">i", len(text)) + _padded(text.encode())


def _bytes(values: np.ndarray) -> bytes:
    return values.astype(values.dtype.newbyteorder(">")).tobytes()


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 4)
