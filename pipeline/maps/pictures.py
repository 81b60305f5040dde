"""Arrays as pictures that a page can hold: numbers of classes as palette PNG, shading as WebP.

A PNG holds numbers; what they look like is the palette, which stands alone in the file, so that one picture can show several
subjects: the page puts in another palette (assets/sheets.js).
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence

import numpy as np
from rasterio.io import MemoryFile

WEBP_QUALITY = 75
CLEAR = None  # colour of what is not drawn


def png(numbers: np.ndarray, colours: Sequence[str | None]) -> bytes:
    """Numbers (uint8) as a palette PNG; ``colours``: ``#rrggbb`` of 0, 1, …, None where nothing is drawn."""
    count = len(colours)
    assert 1 <= count <= 256 and int(numbers.max(initial=0)) < count, "every number has its colour"
    bits = next(b for b in (1, 2, 4, 8) if count <= 2**b)
    height, width = numbers.shape
    per_byte = 8 // bits
    padded = np.pad(numbers, ((0, 0), (0, -width % per_byte)))
    packed = np.zeros((height, padded.shape[1] // per_byte), np.uint8)
    for i in range(per_byte):
        packed |= padded[:, i::per_byte] << (8 - bits * (i + 1))
    rows = np.zeros((height, packed.shape[1] + 1), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = packed
    palette = [(0, 0, 0, 0) if c is CLEAR else (*bytes.fromhex(c[1:]), 255) for c in colours]
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 3, 0, 0, 0)),
        (b"PLTE", b"".join(bytes(c[:3]) for c in palette)),
        (b"tRNS", bytes(c[3] for c in palette)),
        (b"IDAT", zlib.compress(rows.tobytes(), 6)),
        (b"IEND", b""),
    )
    chunks = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def webp(grey: np.ndarray, inside: np.ndarray) -> bytes:
    """A grey picture (uint8) as WebP, clear where it is not ``inside``."""
    height, width = grey.shape
    with MemoryFile() as memory:
        with memory.open(driver="WEBP", width=width, height=height, count=4, dtype="uint8", QUALITY=WEBP_QUALITY) as target:
            for band in (1, 2, 3):
                target.write(grey, band)
            target.write(np.where(inside, 255, 0).astype(np.uint8), 4)
        return memory.read()


def base64_of(content: bytes) -> str:
    """Bytes as a page holds them."""
    return base64.b64encode(content).decode("ascii")


def halved(numbers: np.ndarray) -> np.ndarray:
    """Half the size, each pixel the most frequent number of the four under it; of equals the first, from the north-west on.

    Both sides must be even. No number comes out that was not there.
    """
    four = [numbers[i::2, j::2] for i in (0, 1) for j in (0, 1)]
    votes = np.stack([sum((a == b).astype(np.uint8) for b in four) for a in four])
    return np.take_along_axis(np.stack(four), votes.argmax(axis=0)[None], axis=0)[0]
