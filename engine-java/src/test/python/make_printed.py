"""Texts of NumPy's for TensorFormatTest: arrays by name, and str() of each in the metadata.

    python make_printed.py ../resources/golden/printed.safetensors
"""

import sys

import numpy as np

from safetensors_file import write

random = np.random.default_rng(7)
cases = {}


def case(name, values, dtypes=("float64", "float32", "float16")):
    for dtype in dtypes:
        with np.errstate(over="ignore"):
            cases[f"{name}/{dtype}"] = np.asarray(values).astype(dtype)


inf, nan = np.inf, np.nan
case("ones", [1, 2, 3])
case("halves", [[0.5, 1.25, -2], [100, 0, -0.0]])
case("tenths", [0.1, 0.2, 0.30000001])
case("thirds", [1 / 3, 2 / 3, 10 / 3])
case("small", [0.0001, 0.001])
case("smaller", [0.00009, 0.001])
case("apart", [0.1, 100.0])
case("furtherApart", [0.1, 101.0])
case("large", [999.0, 1.0])
case("thousand", [1000.0, 1.0, 500])
case("million", [999999.0, 999999.0])
case("millions", [1e6, 1e6])
case("hundredMillions", [1e8, 2.5e7])
case("special", [nan, inf, -inf, 1])
case("onlySpecial", [nan, inf])
case("negativeInfinity", [-inf, 10])
case("specialScientific", [nan, 1e-7, -inf])
case("zeros", np.zeros((2, 3)))
case("tiny", [5e-324, 1e-300, 1e-45, 6e-8])
case("huge", [1e300, 1e30, 65504])
case("long", np.arange(100) / 7)
case("longInts", np.arange(100) * 37 - 500, ("int64", "int32", "int16", "int8", "uint8"))
case("bools", [[True, False], [False, False]], ("bool",))
case("manyBools", np.arange(60) % 7 == 0, ("bool",))
case("oneBool", [True], ("bool",))
case("extremes", [2**63 - 1, -(2**63), 2**53 + 1], ("int64",))
case("cube", np.arange(24).reshape(2, 3, 4) / 4)
case("four", np.arange(16).reshape(2, 2, 2, 2), ("int64", "float32"))
case("wideCube", random.normal(size=(2, 2, 30)))
case("column", random.normal(size=(7, 1)) * 10)
case("edge1000", np.arange(1000), ("int32", "float32"))
case("summary1001", np.arange(1001), ("int32", "float32"))
case("summary2d", random.normal(size=(40, 30)))
case("summaryRows", random.normal(size=(300, 5)))
case("summaryColumns", random.normal(size=(5, 300)))
case("summary3d", np.arange(2000).reshape(10, 20, 10) / 3)
case("summaryHidden", np.where(np.arange(2000) == 1000, 1e30, 1.5), ("float32",))
case("powersOfTwo", 2.0 ** np.arange(-20, 15))
for i in range(40):
    scale = 10.0 ** random.integers(-6, 7)
    case(f"random{i}", random.normal(size=random.integers(1, 12)) * scale)
for i, x in enumerate(
    [0, -0.0, 1, 0.1, 1e-4, 0.00012345, 9e-5, 1e-5, 123456789, 1e10, 1e15, 1e16, 1.5e16, nan, inf, -inf, 1 / 3]
):
    case(f"scalar{i}", x)
case("scalarInt", -7, ("int64", "int8"))
case("scalarBool", True, ("bool",))

texts = {name: str(array) for name, array in cases.items()}
write(sys.argv[1], {name: array for name, array in cases.items()}, texts)
