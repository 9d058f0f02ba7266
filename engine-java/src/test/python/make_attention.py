"""Golden numbers of scaled dot-product attention, from PyTorch: python make_attention.py ../resources/golden"""

import sys

import torch
import torch.nn.functional as F

from safetensors_file import write

torch.manual_seed(11)
out = {}


def case(name, q, k, v, mask=None, **settings):
    """Shapes of queries, keys, values; results and gradients are computed in double."""
    q, k, v = (torch.randn(*s, requires_grad=True) for s in (q, k, v))
    given = {"q": q, "k": k, "v": v}
    learnt = dict(given)
    if mask is not None:
        given["mask"] = mask
        if mask.dtype != torch.bool:
            learnt["mask"] = mask.requires_grad_()
    wide = {key: x.double() if x.dtype == torch.float32 else x for key, x in given.items()}
    y = F.scaled_dot_product_attention(wide["q"], wide["k"], wide["v"], attn_mask=wide.get("mask"), **settings)
    dy = torch.randn_like(y)
    gradients = torch.autograd.grad(y, list(learnt.values()), dy)
    for key, x in given.items():
        out[f"{name}/{key}"] = (x.float() if x.dtype == torch.bool else x).detach().numpy().copy()
    out[f"{name}/y"] = y.detach().float().numpy()
    out[f"{name}/dy"] = dy.detach().float().numpy()
    for key, g in zip(learnt, gradients):
        out[f"{name}/d{key}"] = g.detach().float().numpy()


case("plain", (2, 2, 5, 4), (2, 2, 5, 4), (2, 2, 5, 4))
case("causal", (2, 70, 8), (2, 70, 8), (2, 70, 8), is_causal=True)
case("scale", (2, 3, 4), (2, 3, 4), (2, 3, 4), scale=0.25)
case("cross", (1, 2, 67, 8), (1, 2, 131, 8), (1, 2, 131, 5))
case("shared", (1, 4, 40, 6), (1, 2, 40, 6), (1, 2, 40, 6), is_causal=True, enable_gqa=True)
case("added", (2, 2, 33, 4), (2, 2, 65, 4), (2, 2, 65, 4), mask=torch.randn(2, 33, 65))
case("perKey", (2, 2, 36, 4), (2, 2, 40, 4), (2, 2, 40, 4), mask=torch.randn(2, 1, 1, 40))
hidden = torch.rand(2, 1, 36, 40) < 0.5
hidden[0, 0, 3] = False
case("hidden", (2, 2, 36, 4), (2, 2, 40, 4), (2, 2, 40, 4), mask=hidden)

write(f"{sys.argv[1]}/attention.safetensors", out)
