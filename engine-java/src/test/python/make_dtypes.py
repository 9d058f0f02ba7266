"""Golden files of DTypeTest, PromotionTest and TensorsTest: what NumPy does with dtypes.

Run from engine-java: python src/test/python/make_dtypes.py
Needs: pip install numpy ml_dtypes
"""

import ml_dtypes
import numpy as np

from safetensors_file import write

GOLDEN = "src/test/resources/golden/"
DTYPES = {
    "f64": np.float64,
    "f32": np.float32,
    "bf16": ml_dtypes.bfloat16,
    "f16": np.float16,
    "i64": np.int64,
    "i32": np.int32,
    "i16": np.int16,
    "i8": np.int8,
    "u8": np.uint8,
    "bool": np.bool_,
}
LABELS = {np.dtype(d): label for label, d in DTYPES.items()}

with open(GOLDEN + "promotion.csv", "w") as out:
    out.write("a,b,promoted\n")
    for a in DTYPES:
        for b in DTYPES:
            try:
                promoted = LABELS[np.promote_types(DTYPES[a], DTYPES[b])]
            except TypeError:
                continue  # bf16 beside types that ml_dtypes does not promote
            out.write(f"{a},{b},{promoted}\n")

arrays = {}
np.seterr(all="ignore")
for label in ["f64", "f32", "f16", "i64", "i32", "i16", "i8", "u8"]:
    dtype = DTYPES[label]
    if np.issubdtype(dtype, np.integer):
        info = np.iinfo(dtype)
        values = [0, 1, 2, 3, 7, 100, info.max, info.min] + ([] if info.min == 0 else [-1, -2, -3, -7])
    else:
        values = [0, 1, -1, 2.5, -2.5, 7, -7, 0.3, -0.3, 100, np.inf, -np.inf, np.nan]
    x = np.array(values, dtype=dtype)
    a, b = (m.ravel() for m in np.meshgrid(x, x))
    arrays[f"{label}/a"], arrays[f"{label}/b"] = a, b
    arrays[f"{label}/floorDiv"] = a // b
    arrays[f"{label}/rem"] = a % b
    total = x[1:6].sum()  # of u8 NumPy gives u64, which Kortex does not have
    arrays[f"{label}/sum"] = np.array(np.int64(total) if total.dtype == np.uint64 else total)
arrays["arange/up"] = np.arange(2, 11, 3)
arrays["arange/down"] = np.arange(5, -6, -2)
arrays["arange/none"] = np.arange(5, 1)
arrays["arange/tenths"] = np.arange(0, 1, 0.1)
arrays["arange/backwards"] = np.arange(1.0, -1.0, -0.3)
arrays["arange/narrow"] = np.arange(-3, 4, dtype=np.int8)
arrays["linspace/up"] = np.linspace(0, 1, 7)
arrays["linspace/down"] = np.linspace(2, -1, 4)
arrays["linspace/one"] = np.linspace(3, 9, 1)
arrays["linspace/ints"] = np.linspace(0, 10, 4, dtype=np.int32)
arrays["eye/wide"] = np.eye(2, 4, 1, dtype=np.int16)
arrays["eye/down"] = np.eye(4, 3, -2, dtype=np.float32)
write(GOLDEN + "dtypes.safetensors", arrays)
