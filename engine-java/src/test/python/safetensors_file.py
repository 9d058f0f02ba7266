"""Writes arrays as a safetensors file, widest element types first and then by name, as Kortex does."""

import json
import struct

import numpy as np

TYPES = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint8": "U8",
    "bool": "BOOL",
}


def write(path, arrays, metadata=None):
    arrays = {k: np.asarray(v, order="C") for k, v in arrays.items()}
    header, data, at = {}, [], 0
    if metadata:
        header["__metadata__"] = metadata
    for name in sorted(arrays, key=lambda n: (-arrays[n].itemsize, n)):
        a = arrays[name]
        header[name] = {
            "dtype": TYPES[a.dtype.name],
            "shape": list(a.shape),
            "data_offsets": [at, at + a.nbytes],
        }
        data.append(a.tobytes())
        at += a.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(data))
