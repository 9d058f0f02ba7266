"""Makes golden/reference*.safetensors with the reference implementation (safetensors 0.8.0).

Run from engine-java: python src/test/python/make_safetensors.py
Needs: pip install safetensors numpy torch
"""

import numpy as np
import torch
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_torch

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

save_torch(
    {
        "u8": torch.tensor([0, 127, 128, 255], dtype=torch.uint8),
        "i8": torch.tensor([[-128, 127]], dtype=torch.int8),
        "i16": torch.tensor([-32768, 32767, 300], dtype=torch.int16),
        "f16": torch.tensor([1.5, -65504, 6e-8, 0.1], dtype=torch.float16),
        "bf16": torch.tensor([1.5, 3e38, 1e-40, 0.1], dtype=torch.bfloat16),
        "flag": torch.tensor(True),
        "f32": torch.tensor([0.1]),
    },
    "src/test/resources/golden/narrow.safetensors",
)
