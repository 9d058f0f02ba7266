"""Golden training runs of a 4-16-16-3 network, from PyTorch:
python make_iris.py ../../../../scripts/examples/data/iris.csv ../resources/golden"""

import csv
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from safetensors_file import write

STEPS, BATCH = 50, 16
rows = list(csv.reader(open(sys.argv[1])))[1:]
names = sorted({r[-1] for r in rows})
x = torch.tensor([[float(v) for v in r[:4]] for r in rows])
x = (x - x.mean(0)) / x.std(0)
y = torch.tensor([names.index(r[-1]) for r in rows])
order = torch.tensor(np.random.default_rng(3).permutation(len(rows)))
out = {"x": x.numpy(), "y": y.int().numpy(), "order": order.int().numpy()}


def run(name, make):
    torch.manual_seed(5)
    net = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 3))
    keys = {"0": "dense1", "2": "dense2", "4": "dense3"}

    def put(prefix):
        for key, p in net.named_parameters():
            layer, part = key.split(".")
            out[f"{name}/{prefix}/{keys[layer]}/{part}"] = p.detach().numpy().copy()

    put("start")
    opt = make(net.parameters())
    losses = []
    for t in range(STEPS):
        batch = order[(torch.arange(BATCH) + t * BATCH) % len(order)]
        loss = F.cross_entropy(net(x[batch]), y[batch])
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(loss.item())
    out[f"{name}/losses"] = np.array(losses, dtype=np.float32)
    put("end")


run("adamw", lambda p: torch.optim.AdamW(p, 1e-2))
run("momentum", lambda p: torch.optim.SGD(p, 0.05, momentum=0.9))
write(sys.argv[2] + "/iris.safetensors", out)
