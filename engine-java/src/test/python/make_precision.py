"""Golden training runs with products in bf16, from PyTorch's autocast: python make_precision.py ../resources/golden"""

import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

from safetensors_file import write

STEPS = 12
WIDTH, TIME, WORDS = 64, 32, 24
out = {}


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(64, 128), nn.Linear(128, 128), nn.Linear(128, 64)])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return self.layers[-1](x)

    def names(self):
        found = {}
        for i, layer in enumerate(self.layers):
            found |= {f"dense{i + 1}/weight": layer.weight, f"dense{i + 1}/bias": layer.bias}
        return found


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.te, self.pe = nn.Embedding(WORDS, WIDTH), nn.Parameter(torch.randn(TIME, WIDTH) * 0.02)
        self.n1, self.n2, self.ln = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.p = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.f1, self.f2 = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.head = nn.Linear(WIDTH, WORDS, bias=False)

    def forward(self, x):
        h = self.te(x) + self.pe
        b, t, d = h.shape
        q, k, v = (s.view(b, t, 2, d // 2).transpose(1, 2) for s in self.qkv(self.n1(h)).split(d, 2))
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(b, t, d)
        h = h + self.p(a)
        h = h + self.f2(F.gelu(self.f1(self.n2(h))))
        return self.head(self.ln(h))

    def names(self):
        def wb(path, m, names=("weight", "bias")):
            return {f"{path}/{names[0]}": m.weight, f"{path}/{names[1]}": m.bias}

        path = "embedding/transformerBlock1/"
        found = {"embedding/weight": self.te.weight, "embedding/positions1/weight": self.pe}
        found |= wb(path + "norm1", self.n1, ("scale", "shift")) | wb(path + "norm2", self.n2, ("scale", "shift"))
        found |= wb(path + "attention/qkv", self.qkv) | wb(path + "attention/out", self.p)
        found |= wb(path + "up", self.f1) | wb(path + "down", self.f2)
        found |= wb("embedding/layerNorm1", self.ln, ("scale", "shift"))
        return found | {"embedding/dense1/weight": self.head.weight}


def losses(net, optimizer, x, y, half):
    start = {key: value.detach().clone() for key, value in net.state_dict().items()}
    steps = optimizer(net.parameters())
    found = []
    for _ in range(STEPS):
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            loss = F.cross_entropy(net(x).flatten(0, -2).float(), y.flatten())
        steps.zero_grad()
        loss.backward()
        steps.step()
        found.append(loss.detach().float())
    net.load_state_dict(start)
    return torch.stack(found)


def run(name, net, optimizer, x, y):
    for key, value in net.names().items():
        out[f"{name}/start/{key}"] = value.detach().numpy().copy()
    out[f"{name}/x"] = x.numpy().astype("int32") if x.dtype == torch.int64 else x.numpy()
    out[f"{name}/y"] = y.numpy().astype("int32")
    out[f"{name}/f32"] = losses(net, optimizer, x, y, False).numpy()
    out[f"{name}/bf16"] = losses(net, optimizer, x, y, True).numpy()
    print(name, out[f"{name}/f32"], out[f"{name}/bf16"])


torch.manual_seed(9)
run("mlp", Mlp(), lambda p: torch.optim.Adam(p, lr=2e-3), torch.randn(64, 64), torch.randint(64, (64,)))
tokens = torch.randint(WORDS, (4, TIME + 1))
run("gpt", Gpt(), lambda p: torch.optim.AdamW(p, lr=1e-3, weight_decay=0.1), tokens[:, :-1], tokens[:, 1:])
write(sys.argv[1] + "/precision.safetensors", out)
