"""Golden training runs of small networks of the workloads W4, W5 and W6, from PyTorch:
python make_workloads.py ../resources/golden"""

import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

from safetensors_file import write

STEPS = 12
out = {}


class BasicBlock(nn.Module):
    def __init__(self, before, after, stride):
        super().__init__()
        self.c1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.b1 = nn.BatchNorm2d(after)
        self.c2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.b2 = nn.BatchNorm2d(after)
        self.cs = nn.Conv2d(before, after, 1, stride, bias=False) if stride != 1 else None
        self.bs = nn.BatchNorm2d(after) if stride != 1 else None

    def forward(self, x):
        around = x if self.cs is None else self.bs(self.cs(x))
        return F.relu(self.b2(self.c2(F.relu(self.b1(self.c1(x))))) + around)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 4, 3, 1, 1, bias=False)
        self.b = nn.BatchNorm2d(4)
        self.blocks = nn.ModuleList([BasicBlock(4, 4, 1), BasicBlock(4, 8, 2)])
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        x = F.relu(self.b(self.c(x)))
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean((2, 3)))

    def names(self):
        def conv(path, c, b):
            return {
                path[0] + "/weight": c.weight,
                path[1] + "/scale": b.weight,
                path[1] + "/shift": b.bias,
                path[1] + "/mean": b.running_mean,
                path[1] + "/variance": b.running_var,
            }

        found = conv(("conv1", "batchNorm1"), self.c, self.b)
        for i, block in enumerate(self.blocks):
            path = f"residual{i + 1}/"
            found |= conv((path + "conv1", path + "batchNorm1"), block.c1, block.b1)
            found |= conv((path + "conv2", path + "batchNorm2"), block.c2, block.b2)
            if block.cs is not None:
                path += "shortcut/"
                found |= conv((path + "conv1", path + "batchNorm1"), block.cs, block.bs)
        return found | {"globalAvgPool/dense1/weight": self.head.weight, "globalAvgPool/dense1/bias": self.head.bias}


class Characters(nn.Module):
    def __init__(self):
        super().__init__()
        self.e, self.l, self.o = nn.Embedding(11, 6), nn.LSTM(6, 8, batch_first=True), nn.Linear(8, 11)
        # Two biases that are added would be trained twice as fast as one.
        self.l.bias_hh_l0.requires_grad_(False).zero_()

    def forward(self, x):
        return self.o(self.l(self.e(x))[0])

    def names(self):
        return {
            "embedding/weight": self.e.weight,
            "embedding/lstm1/weight": self.l.weight_ih_l0,
            "embedding/lstm1/recurrent": self.l.weight_hh_l0,
            "embedding/lstm1/bias": self.l.bias_ih_l0,
            "embedding/dense1/weight": self.o.weight,
            "embedding/dense1/bias": self.o.bias,
        }


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.n1, self.n2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.p = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.f1, self.f2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = (s.view(b, t, self.heads, d // self.heads).transpose(1, 2) for s in self.qkv(self.n1(x)).split(d, 2))
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(b, t, d)
        x = x + self.p(a)
        return x + self.f2(F.gelu(self.f1(self.n2(x))))


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.te, self.pe = nn.Embedding(11, 8), nn.Parameter(torch.randn(7, 8) * 0.02)
        self.b = nn.ModuleList([Block(8, 2) for _ in range(2)])
        self.ln, self.head = nn.LayerNorm(8), nn.Linear(8, 11, bias=False)

    def forward(self, x):
        h = self.te(x) + self.pe
        for block in self.b:
            h = block(h)
        return self.head(self.ln(h))

    def names(self):
        def wb(path, m, names=("weight", "bias")):
            return {f"{path}/{names[0]}": m.weight, f"{path}/{names[1]}": m.bias}

        found = {"embedding/weight": self.te.weight, "embedding/positions1/weight": self.pe}
        for i, b in enumerate(self.b):
            path = f"embedding/transformerBlock{i + 1}/"
            found |= wb(path + "norm1", b.n1, ("scale", "shift")) | wb(path + "norm2", b.n2, ("scale", "shift"))
            found |= wb(path + "attention/qkv", b.qkv) | wb(path + "attention/out", b.p)
            found |= wb(path + "up", b.f1) | wb(path + "down", b.f2)
        found |= wb("embedding/layerNorm1", self.ln, ("scale", "shift"))
        return found | {"embedding/dense1/weight": self.head.weight}


def run(name, make, optimizer, x, y):
    net = make()

    def put(prefix, values):
        for key, value in values.items():
            value = value.detach().numpy().copy()
            out[f"{name}/{prefix}{key}"] = value.astype("int32") if value.dtype == "int64" else value

    put("start/", net.names())
    put("", {"x": x, "y": y})
    steps = optimizer([p for p in net.parameters() if p.requires_grad])
    losses = []
    for _ in range(STEPS):
        loss = F.cross_entropy(net(x).flatten(0, -2), y.flatten())
        steps.zero_grad()
        loss.backward()
        steps.step()
        losses.append(loss.detach())
    put("", {"losses": torch.stack(losses)})
    put("end/", net.names())
    net.eval()
    put("", {"answer": net(x)})
    print(name, losses[0].item(), losses[-1].item())


torch.manual_seed(9)
run(
    "resNet",
    ResNet,
    lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=1e-2),
    torch.randn(4, 3, 8, 8),
    torch.randint(5, (4,)),
)
tokens = torch.randint(11, (3, 8))
run("characters", Characters, lambda p: torch.optim.Adam(p, lr=2e-2), tokens[:, :-1], tokens[:, 1:])
run("gpt", Gpt, lambda p: torch.optim.AdamW(p, lr=1e-2, weight_decay=0.1), tokens[:, :-1], tokens[:, 1:])
write(sys.argv[1] + "/workloads.safetensors", out)
