"""Pictures for the documentation: PNGs with a palette, a third of the size that a browser writes."""

import struct
import zlib

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""Rows of (red, green, blue), each 0 to 255."""
COLOURS = 256


def png(pixels: Pixels) -> bytes:
    """`pixels` as a PNG of at most 256 colours: exact when there are no more, else the nearest."""
    height, width, _ = pixels.shape
    wide = pixels.astype(np.uint32)
    packed, places, counts = np.unique(
        wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2], return_inverse=True, return_counts=True
    )
    colours = np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=1)
    boxes = _boxes(colours, counts)
    palette = np.array([np.average(colours[box], axis=0, weights=counts[box]) for box in boxes]).round()
    index_of = np.empty(len(colours), np.uint8)
    for number, box in enumerate(boxes):
        index_of[box] = number
    rows = np.zeros((height, width + 1), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = index_of[places].reshape(height, width)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette.astype(np.uint8).tobytes()),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _boxes(colours: npt.NDArray[np.uint32], counts: npt.NDArray[np.intp]) -> list[npt.NDArray[np.intp]]:
    """Positions in `colours`, grouped. What loses most by having one colour is cut at its mean, again and again.

    An area counts somewhat less than its size: else grounds and shadows would leave no colour for a small face.
    """
    weights = counts**0.8
    boxes = [np.arange(len(colours))]
    losses = [_loss(colours[boxes[0]], weights[boxes[0]])]
    while len(boxes) < min(COLOURS, len(colours)):
        at = int(np.argmax([loss.sum() for loss in losses]))
        box = boxes[at]
        channel = int(losses[at].argmax())
        values = colours[box, channel]
        is_low = values <= np.average(values, weights=weights[box])
        parts = [box[is_low], box[~is_low]]
        boxes[at : at + 1] = parts
        losses[at : at + 1] = [_loss(colours[part], weights[part]) for part in parts]
    return boxes


def _loss(colours: npt.NDArray[np.uint32], weights: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Weighted squares of the distances from the mean, by channel."""
    distances = colours - np.average(colours, axis=0, weights=weights)
    loss: npt.NDArray[np.float64] = weights @ distances**2
    return loss


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
