"""Golden results of indexing, padding and joining, from NumPy: python make_slicing.py ../resources/golden"""

import sys

import numpy as np

from safetensors_file import write

v = np.arange(7, dtype=np.float32) * 3 - 4
m = np.sin(np.arange(24, dtype=np.float32)).reshape(4, 6)
x = np.cos(np.arange(60, dtype=np.float32)).reshape(4, 5, 3)
out = {"in/v": v, "in/m": m, "in/x": x}
new = None

EXPRESSIONS = """
v[2] | v[-1] | v[1:3] | v[:4] | v[3:] | v[:] | v[-3:] | v[:-2] | v[-5:-2] | v[::2] | v[1::3] | v[5:1] | v[3:3]
v[2:100] | v[-100:3] | v[100:] | v[::-1] | v[5:1:-1] | v[5::-2] | v[:2:-1] | v[-2:-6:-2] | v[100:0:-3] | v[1:5:-1]
v[::100] | v[::-100] | v[new] | v[:, new] | v[new, ::2, new]
m[0] | m[-1, 2] | m[:, 0] | m[1:3, ::-1] | m[..., 1] | m[..., 1:3] | m[1, ...] | m[::2, ::3] | m[::-1, ::-2]
m[2:2] | m[:, 4:1] | m[:, new, 1:] | m[new, ..., new]
x[1] | x[1, 2] | x[1, 2, 0] | x[:, -1] | x[..., 0] | x[1:3, ::2, ::-1] | x[..., new, 1:] | x[2, ..., 1] | x[:, 1:4, 2]
x[::-2, ::-2, ::-2] | x[0, :, new, :2] | x[...] | x[::-1][1:3][:, 4]
np.pad(v, (2, 3)) | np.pad(v, (0, 2), constant_values=1.5) | np.pad(m, ((1, 0), (0, 2)), constant_values=-1)
np.pad(v, (3, 2), mode="reflect") | np.pad(v, (6, 6), mode="reflect") | np.pad(v, (3, 7), mode="symmetric")
np.pad(v, (4, 9), mode="edge") | np.pad(v, (7, 2), mode="wrap") | np.pad(x, ((1, 2), (0, 0), (2, 1)), mode="reflect")
np.pad(x, ((0, 1), (2, 2), (0, 0)), mode="edge") | np.pad(m, ((2, 1), (3, 2)), mode="wrap")
np.roll(v, 2) | np.roll(v, -3) | np.roll(v, 16) | np.roll(m, 1, axis=0) | np.roll(x, -2, axis=1)
np.flip(x) | np.flip(x, 1) | np.flip(m, (0, 1))
np.concatenate([m, m[:2]]) | np.concatenate([x, x[:, :0], x[:, 3:]], axis=1) | np.stack([v, v * 2]) | np.stack([m, -m], axis=-1)
np.tile(v, 3) | np.tile(v, (2, 2)) | np.tile(m, 2) | np.tile(x, (2, 1)) | np.repeat(v, 3) | np.repeat(x, 2, axis=1)
np.tril(m) | np.tril(m, 2) | np.tril(x, -1) | np.triu(m) | np.triu(m, -2) | np.triu(x, 1)
np.diag(v) | np.diag(v, 2) | np.diag(v, -1) | np.diagonal(m) | np.diagonal(m, 3) | np.diagonal(m, -2) | np.diagonal(m, 9)
np.diagonal(x, 1, 0, 1) | np.diagonal(x, 0, 2, 0) | np.trace(m) | np.moveaxis(x, 0, 2) | np.moveaxis(x, -1, 0)
np.swapaxes(x, 0, -1) | np.transpose(x, (1, 2, 0)) | np.split(m, 3, axis=1)[1] | np.array_split(v, 3)[0]
np.meshgrid(v[:3], v[3:], indexing="ij")[0] | np.meshgrid(v[:3], v[3:], indexing="ij")[1]
np.lib.stride_tricks.sliding_window_view(v, 3)[::2] | np.lib.stride_tricks.sliding_window_view(x, 2, axis=1)
"""


def assign(name, array, index, value):
    changed = array.copy()
    changed[index] = value
    out[name] = changed


for expression in EXPRESSIONS.replace("\n", " | ").split(" | "):
    if expression.strip():
        out[expression.strip()] = np.asarray(eval(expression), dtype=np.float32)
assign("v[2] = 9", v, 2, 9)
assign("v[1:6:2] = v[:3]", v, np.s_[1:6:2], v[:3])
assign("v[::-1] = v", v, np.s_[::-1], v)
assign("v[1:] = v[:-1]", v, np.s_[1:], v[:-1].copy())
assign("m[:, 1] = 0.5", m, np.s_[:, 1], 0.5)
assign("m[1:3] = m[0]", m, np.s_[1:3], m[0].copy())
assign("x[..., 0] = m[:, :5]", x, np.s_[..., 0], m[:, :5])
assign("x[1, ::-2] = v[:3]", x, np.s_[1, ::-2], v[:3])
assign("x[2:2] = 1", x, np.s_[2:2], 1)

write(sys.argv[1] + "/slicing.safetensors", out)
