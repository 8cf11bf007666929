"""Writes packages/safetensors/test/reference.json: files made by the reference implementation of safetensors.

    pip install safetensors==0.8.0 numpy
    python3 tools/reference/safetensors-files.py
"""

import base64
import ctypes
import json
import pathlib
import struct

import numpy
import safetensors
from safetensors import TensorSpec, serialize


buffers = []


def tensor(dtype, shape, data):
    buffer = ctypes.create_string_buffer(data, max(len(data), 1))
    buffers.append(buffer)
    address = ctypes.addressof(buffer)
    return TensorSpec(dtype=dtype, shape=shape, data_ptr=address, data_len=len(data))


def pack(kind, *values):
    return struct.pack(f"<{len(values)}{kind}", *values)


floats = [0.0, -0.0, 1.0, -1.5, 65504.0, 6.103515625e-05, 5.960464477539063e-08, 0.333251953125]
# The upper halves of floats of 32 bits: 1, -2, the largest, the least, -0, infinity, and 3.140625.
bfloats = [0x3F80, 0xC000, 0x7F7F, 0x0001, 0x8000, 0x7F80, 0x4049]

files = {
    "ours": (
        {
            "head/weights": tensor("float32", [2, 2], pack("f", 1.0, -0.5, 3.25, 1e-40)),
            "head/bias": tensor("float32", [2], pack("f", 7.0, 8.0)),
            "scale": tensor("float64", [], pack("d", 3.141592653589793)),
            "rows": tensor("int32", [3], pack("i", 1, -2, 2147483647)),
            "bytes": tensor("uint8", [3], pack("B", 0, 1, 255)),
            "small": tensor("int8", [2], pack("b", -128, 127)),
            "mask": tensor("bool", [2], pack("B", 1, 0)),
            "none": tensor("float32", [0, 3], b""),
            "h\u00e9llo \"w\u00f6rld\"\n": tensor("uint8", [1], b"\x05"),
        },
        {"format": "pt"},
    ),
    "float16": ({"x": tensor("float16", [2, 4], numpy.array(floats, numpy.float16).tobytes())}, None),
    "bfloat16": ({"x": tensor("bfloat16", [7], pack("H", *bfloats))}, None),
    "integers": (
        {
            "i64": tensor("int64", [3], pack("q", 1, -2147483648, 2147483647)),
            "u64": tensor("uint64", [1], pack("Q", 9)),
            "u32": tensor("uint32", [1], pack("I", 2147483647)),
            "i16": tensor("int16", [2], pack("h", -32768, 32767)),
            "u16": tensor("uint16", [1], pack("H", 65535)),
        },
        None,
    ),
    "tooLarge": ({"x": tensor("int64", [1], pack("q", 2147483648))}, None),
    "empty": ({}, None),
}

folder = pathlib.Path(__file__).parents[2] / "packages/safetensors/test"
text = json.dumps(
    {
        "origin": f"safetensors {safetensors.__version__} for Python; tools/reference/safetensors-files.py",
        "files": {
            name: base64.b64encode(serialize(tensors, metadata)).decode()
            for name, (tensors, metadata) in files.items()
        },
    },
    indent=2,
)
(folder / "reference.json").write_text(text + "\n")
