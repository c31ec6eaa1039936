"""The functions of PDFium that are called for every object and character of a page, by plain addresses.

pypdfium2 declares their arguments and results as typed pointers, and to make those objects takes
longer than the calls. Handles here are addresses; what a function gives back it writes into a
:class:`Floats`.
"""

from __future__ import annotations

import ctypes
import struct
from ctypes import c_int, c_void_p
from functools import partial
from typing import Any

import pypdfium2.raw as raw


def _plain(function: Any, result: Any, *arguments: Any) -> Any:
    """The same function with other types; pypdfium2's own stays as it is."""
    own = type(function)(ctypes.cast(function, c_void_p).value)
    own.argtypes, own.restype = arguments, result
    return own


def address(pointer: Any) -> int:
    """Where a handle of pypdfium2 points."""
    return ctypes.cast(pointer, c_void_p).value or 0


def handle(place: int) -> Any:
    """The object at an address as pypdfium2's own functions take it."""
    return ctypes.cast(place, raw.FPDF_PAGEOBJECT)


class Floats:
    """Room for the numbers that a function writes: ``f`` singles or ``d`` doubles, each at its address.

    ``read`` gives the numbers in the order of their addresses.
    """

    def __init__(self, kind: str, count: int) -> None:
        layout = struct.Struct(f"{count}{kind}")
        room = ctypes.create_string_buffer(layout.size)
        start = ctypes.addressof(room)
        self.at = tuple(range(start, start + layout.size, layout.size // count))
        self.read = partial(layout.unpack, room)


page_object = _plain(raw.FPDFPage_GetObject, c_void_p, c_void_p, c_int)
form_object = _plain(raw.FPDFFormObj_GetObject, c_void_p, c_void_p, c_int)
object_kind = _plain(raw.FPDFPageObj_GetType, c_int, c_void_p)
object_bounds = _plain(raw.FPDFPageObj_GetBounds, c_int, c_void_p, *[c_void_p] * 4)
"""Left, bottom, right, top, as singles."""
loose_box = _plain(raw.FPDFText_GetLooseCharBox, c_int, c_void_p, c_int, c_void_p)
"""Left, top, right, bottom, as singles."""
tight_box = _plain(raw.FPDFText_GetCharBox, c_int, c_void_p, c_int, *[c_void_p] * 4)
"""Left, right, bottom, top, as doubles."""
origin = _plain(raw.FPDFText_GetCharOrigin, c_int, c_void_p, c_int, c_void_p, c_void_p)
"""x and y, as doubles."""
