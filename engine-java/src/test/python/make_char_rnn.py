"""Twenty steps of a small character RNN, from PyTorch: python make_char_rnn.py ../resources/golden"""

import sys

import numpy as np
import torch

from safetensors_file import write

TEXT = (
    "the quick brown fox jumps over the lazy dog. "
    "pack my box with five dozen liquor jugs. "
    "how vexingly quick daft zebras jump! "
)
STEPS, TIME, BATCH, UNITS = 20, 24, 4, 16

torch.manual_seed(5)
letters = sorted(set(TEXT))
codes = torch.tensor([letters.index(c) for c in TEXT])
window = torch.arange(TIME)[:, None] + torch.arange(BATCH)[None, :] * 25
one_hot = torch.nn.functional.one_hot
x = one_hot(codes[window], len(letters)).float()
y = codes[window + 1]

classes = len(letters)
w = (torch.randn(classes, UNITS) * 0.3).requires_grad_()
u = (torch.randn(UNITS, UNITS) * 0.3).requires_grad_()
b = torch.zeros(UNITS, requires_grad=True)
v = (torch.randn(UNITS, classes) * 0.3).requires_grad_()
parameters = {"w": w, "u": u, "b": b, "v": v}

out = {f"initial/{name}": p.detach().numpy().copy() for name, p in parameters.items()}
out["x"] = x.numpy()
out["y"] = one_hot(y, classes).float().numpy()
optimizer = torch.optim.SGD(parameters.values(), lr=0.5)
losses = []
for _ in range(STEPS):
    h = torch.zeros(BATCH, UNITS)
    states = []
    for t in range(TIME):
        h = torch.tanh(x[t] @ w + h @ u + b)
        states.append(h)
    logits = torch.stack(states) @ v
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, classes), y.reshape(-1))
    losses.append(loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
out["losses"] = np.array(losses, dtype=np.float32)
out.update({f"final/{name}": p.detach().numpy().copy() for name, p in parameters.items()})
write(sys.argv[1] + "/charRnn.safetensors", out)
