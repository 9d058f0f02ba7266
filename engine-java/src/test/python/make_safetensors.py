"""Makes golden/reference.safetensors with the reference implementation (safetensors 0.8.0).

Run from engine-java: python src/test/python/make_safetensors.py
Needs: pip install safetensors numpy
"""

import numpy as np
from safetensors.numpy import save_file

save_file(
    {
        "flags": np.array([True, False, True]),
        "dense/weight": np.array([[1.5, -2.0, 3.25], [0.0, -0.0, 1e-38]], dtype=np.float32),
        "scalar": np.array(np.pi),
        "größe": np.array([[-(2**63)], [2**63 - 1]], dtype=np.int64),
        "labels": np.array([7, -8, 2**31 - 1], dtype=np.int32),
        "none": np.zeros((0, 4), dtype=np.float32),
    },
    "src/test/resources/golden/reference.safetensors",
    metadata={"made by": 'the "reference"\n'},
)
