"""Golden numbers of optimizers and schedules, from PyTorch: python make_optimizers.py ../resources/golden"""

import sys

import numpy as np
import torch
from torch.optim import lr_scheduler as lrs

from safetensors_file import write

torch.manual_seed(11)
out = {}
STEPS = 10


def optimizer(name, make, clip=lambda parameters: None):
    a = torch.randn(3, 4, requires_grad=True)
    b = torch.randn(5, requires_grad=True)
    opt = make([a, b])
    out[f"{name}/a"], out[f"{name}/b"] = a.detach().numpy().copy(), b.detach().numpy().copy()
    for t in range(STEPS):
        a.grad, b.grad = torch.randn(3, 4) * (1 + t), torch.randn(5) * 0.1
        out[f"{name}/{t}/da"], out[f"{name}/{t}/db"] = a.grad.numpy().copy(), b.grad.numpy().copy()
        clip([a, b])
        opt.step()
        out[f"{name}/{t}/a"], out[f"{name}/{t}/b"] = a.detach().numpy().copy(), b.detach().numpy().copy()


o = torch.optim
optimizer("sgd", lambda p: o.SGD(p, 0.1))
optimizer("sgdDecay", lambda p: o.SGD(p, 0.1, weight_decay=0.05))
optimizer("momentum", lambda p: o.SGD(p, 0.05, momentum=0.9))
optimizer("nesterov", lambda p: o.SGD(p, 0.05, momentum=0.8, nesterov=True, weight_decay=0.01))
optimizer("adam", lambda p: o.Adam(p, 1e-2))
optimizer("adamDecay", lambda p: o.Adam(p, 1e-2, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1))
optimizer("adamw", lambda p: o.AdamW(p, 1e-2))
optimizer("adamwDecay", lambda p: o.AdamW(p, 3e-2, betas=(0.5, 0.9), eps=1e-3, weight_decay=0.3))
u = torch.nn.utils
optimizer("clipValue", lambda p: o.SGD(p, 0.1), lambda p: u.clip_grad_value_(p, 0.5))
optimizer("clipGlobalNorm", lambda p: o.SGD(p, 0.1, momentum=0.9), lambda p: u.clip_grad_norm_(p, 1.0))
optimizer("clipNorm", lambda p: o.SGD(p, 0.1), lambda p: [u.clip_grad_norm_([q], 1.0) for q in p])


def schedule(name, make, steps):
    opt = o.SGD([torch.zeros(1, requires_grad=True)], 0.1)
    s = make(opt)
    rates = []
    for _ in range(steps):
        rates.append(opt.param_groups[0]["lr"])
        opt.step()
        s.step()
    out[f"schedule/{name}"] = np.array(rates, dtype=np.float64)


schedule("exponential", lambda opt: lrs.ExponentialLR(opt, 0.9), 30)
schedule("staircase", lambda opt: lrs.StepLR(opt, 7, 0.5), 30)
schedule("cosine", lambda opt: lrs.CosineAnnealingLR(opt, 30, 0.01), 30)
schedule(
    "warmupCosine",
    lambda opt: lrs.SequentialLR(
        opt,
        [
            lrs.LinearLR(opt, start_factor=1 / 5, end_factor=1, total_iters=4),
            lrs.CosineAnnealingLR(opt, 25),
        ],
        [5],
    ),
    30,
)
write(sys.argv[1] + "/optimizers.safetensors", out)
