"""Golden numbers of the layers of sequences, from PyTorch: python make_sequences.py ../resources/golden"""

import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from safetensors_file import write

torch.manual_seed(11)
out = {}


def put(name, value):
    value = value.detach().numpy().copy() if isinstance(value, torch.Tensor) else np.asarray(value)
    out[name] = value.astype(np.int32) if value.dtype == np.int64 else value


def case(name, function, x, weights=()):
    """weights: (name in Kortex, what it is there, function from the gradients of the module's parameters
    to its gradient)"""
    y = function(x)
    dy = torch.randn_like(y)
    y.backward(dy)
    put(f"{name}/x", x)
    put(f"{name}/y", y)
    put(f"{name}/dy", dy)
    if x.grad is not None:
        put(f"{name}/dx", x.grad)
    for key, value, gradient in weights:
        put(f"{name}/weight/{key}", value)
        put(f"{name}/gradient/{key}", gradient())


def randomised(module):
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(torch.randn_like(p) * 0.5)
    return module


def own(key, p):
    """A parameter that is the same in both."""
    return (key, p.detach().clone(), lambda: p.grad)


def wb(prefix, m):
    return [own(prefix + "weight", m.weight)] + ([own(prefix + "bias", m.bias)] if m.bias is not None else [])


def norm(prefix, m):
    return [own(prefix + "scale", m.weight), own(prefix + "shift", m.bias)]


def x(*shape):
    return torch.randn(*shape, requires_grad=True)


m = randomised(nn.Linear(5, 3))
case("denseOfSequence", m, x(2, 4, 5), wb("", m))
m = randomised(nn.Embedding(7, 3))
tokens = torch.tensor([[0, 6, 2, 2], [5, 2, 0, 1]])
case("embedding", m, tokens, [own("weight", m.weight)])
p = nn.Parameter(torch.randn(4, 3))
case("positions", lambda t: t + p, x(2, 4, 3), [own("weight", p)])
m = randomised(nn.LayerNorm(6))
case("layerNorm", m, x(2, 4, 6), norm("", m))
m = randomised(nn.LayerNorm(5, eps=0.1))
case("layerNormFeatures", m, x(3, 5), norm("", m))
m = randomised(nn.RMSNorm(6, eps=1e-5))
case("rmsNorm", m, x(2, 4, 6), [own("scale", m.weight)])


def recurrent(name, m, gates, forgetful=False):
    randomised(m)
    weights = [own("weight", m.weight_ih_l0), own("recurrent", m.weight_hh_l0)]
    if m.bias:
        b, c = m.bias_ih_l0, m.bias_hh_l0
        before = c.detach().clone()
        last = before[(gates - 1) * m.hidden_size :]
        if forgetful:
            # The reset gate multiplies the second bias of the last part, so that one stays apart.
            sum_of_gates = (b + torch.cat([before[: -len(last)], 0 * last])).detach()
            weights.append(("bias", sum_of_gates, lambda: b.grad))
            weights.append(("recurrentBias", last, lambda: c.grad[-len(last) :]))
        else:
            weights.append(("bias", (b + before).detach(), lambda: b.grad))
    case(name, lambda t: m(t)[0], x(3, 5, 4), weights)


recurrent("simpleRnn", nn.RNN(4, 6, batch_first=True), 1)
recurrent("lstm", nn.LSTM(4, 6, batch_first=True), 4)
recurrent("lstmNoBias", nn.LSTM(4, 6, batch_first=True, bias=False), 4)
recurrent("gru", nn.GRU(4, 6, batch_first=True), 3, forgetful=True)
recurrent("gruNoBias", nn.GRU(4, 6, batch_first=True, bias=False), 3)


def mask(t):
    return nn.Transformer.generate_square_subsequent_mask(t)


def attention(prefix, m):
    return [
        own(prefix + "qkv/weight", m.in_proj_weight),
        own(prefix + "qkv/bias", m.in_proj_bias),
        own(prefix + "out/weight", m.out_proj.weight),
        own(prefix + "out/bias", m.out_proj.bias),
    ]


m = randomised(nn.MultiheadAttention(6, 2, batch_first=True))
case("attention", lambda t: m(t, t, t, need_weights=False)[0], x(2, 5, 6), attention("", m))
m = randomised(nn.MultiheadAttention(6, 3, batch_first=True))
case(
    "attentionCausal",
    lambda t: m(t, t, t, need_weights=False, attn_mask=mask(5), is_causal=True)[0],
    x(2, 5, 6),
    attention("", m),
)


def block(name, expansion, causal):
    m = nn.TransformerEncoderLayer(
        6, 2, 6 * expansion, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    )
    randomised(m)
    weights = (
        norm("norm1/", m.norm1)
        + attention("attention/", m.self_attn)
        + norm("norm2/", m.norm2)
        + wb("up/", m.linear1)
        + wb("down/", m.linear2)
    )
    case(name, lambda t: m(t, src_mask=mask(5) if causal else None, is_causal=causal), x(2, 5, 6), weights)


block("transformerBlock", 4, True)
block("transformerBlockSeeingAll", 2, False)

case("globalAvgPool", lambda t: F.adaptive_avg_pool2d(t, 1).flatten(1), x(2, 3, 4, 5))
case("globalAvgPoolOfSequence", lambda t: F.adaptive_avg_pool1d(t.transpose(1, 2), 1).flatten(1), x(2, 4, 3))
case("lastStep", lambda t: t[:, -1], x(2, 4, 3))
case("silu", nn.SiLU(), x(4, 5))
case("logSoftmax", nn.LogSoftmax(-1), x(4, 5))


def dot_product(name, causal, *shapes):
    q, k, v = (x(*s) for s in shapes)
    y = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
    dy = torch.randn_like(y)
    y.backward(dy)
    for key, value in dict(q=q, k=k, v=v, y=y, dy=dy, dq=q.grad, dk=k.grad, dv=v.grad).items():
        put(f"{name}/{key}", value)


dot_product("dotProduct", False, (2, 3, 4, 5), (2, 3, 6, 5), (2, 3, 6, 2))
dot_product("dotProductCausal", True, (2, 3, 4, 5), (2, 3, 6, 5), (2, 3, 6, 2))

y, target = x(3, 4, 5), torch.randint(0, 5, (3, 4))
for name, smoothing in (("crossEntropy", 0.0), ("crossEntropySmooth", 0.2)):
    y.grad = None
    value = F.cross_entropy(y.flatten(0, 1), target.flatten(), label_smoothing=smoothing)
    value.backward()
    for key, v in dict(y=y, target=target, loss=value, dy=y.grad).items():
        put(f"{name}/{key}", v)


def bidirectional(name, m, gates, forgetful=False):
    """Each direction has its own weights; their outputs stand side by side."""
    randomised(m)
    weights = []
    for key, suffix in (("forward/", "l0"), ("backward/", "l0_reverse")):
        b, c = getattr(m, "bias_ih_" + suffix), getattr(m, "bias_hh_" + suffix)
        before = c.detach().clone()
        last = before[(gates - 1) * m.hidden_size :]
        weights.append(own(key + "weight", getattr(m, "weight_ih_" + suffix)))
        weights.append(own(key + "recurrent", getattr(m, "weight_hh_" + suffix)))
        if forgetful:
            before = torch.cat([before[: -len(last)], 0 * last])
            weights.append((key + "recurrentBias", last, lambda c=c, n=len(last): c.grad[-n:]))
        weights.append((key + "bias", (b + before).detach(), lambda b=b: b.grad))
    case(name, lambda t: m(t)[0], x(3, 5, 4), weights)


bidirectional("bidirectionalRnn", nn.RNN(4, 6, batch_first=True, bidirectional=True), 1)
bidirectional("bidirectionalLstm", nn.LSTM(4, 6, batch_first=True, bidirectional=True), 4)
bidirectional("bidirectionalGru", nn.GRU(4, 6, batch_first=True, bidirectional=True), 3, forgetful=True)

write(sys.argv[1] + "/sequences.safetensors", out)
