"""Golden numbers of layers and losses, from PyTorch: python make_layers.py ../resources/golden"""

import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from safetensors_file import write

torch.manual_seed(7)
out = {}


def put(name, value):
    out[name] = value.detach().numpy().copy() if isinstance(value, torch.Tensor) else np.asarray(value)


def case(name, module, shape, weights=(), states=()):
    """weights, states: pairs (name in Kortex, tensor of the module)"""
    x = torch.randn(*shape, requires_grad=True)
    for key, tensor in weights:
        with torch.no_grad():
            tensor.copy_(torch.randn_like(tensor))
        put(f"{name}/weight/{key}", tensor)
    for key, tensor in states:
        with torch.no_grad():
            tensor.copy_(torch.rand_like(tensor) + 0.5)
        put(f"{name}/state/{key}", tensor)
    y = module(x)
    dy = torch.randn_like(y)
    gradients = torch.autograd.grad(y, [x] + [t for _, t in weights], dy)
    put(f"{name}/x", x)
    put(f"{name}/y", y)
    put(f"{name}/dy", dy)
    put(f"{name}/dx", gradients[0])
    for (key, _), g in zip(weights, gradients[1:]):
        put(f"{name}/gradient/{key}", g)
    for key, tensor in states:
        put(f"{name}/next/{key}", tensor)


def wb(m):
    return [("weight", m.weight)] + ([("bias", m.bias)] if m.bias is not None else [])


def layer(name, m, shape):
    case(name, m, shape, wb(m))


layer("dense", nn.Linear(5, 3), (4, 5))
layer("denseNoBias", nn.Linear(5, 3, bias=False), (4, 5))
layer("conv", nn.Conv2d(2, 4, 3), (3, 2, 6, 5))
layer("convSame", nn.Conv2d(2, 4, 3, padding="same"), (2, 2, 6, 5))
layer("convStridePad", nn.Conv2d(2, 4, (3, 2), stride=(2, 1), padding=(1, 1)), (2, 2, 7, 5))
layer("convGroups", nn.Conv2d(4, 6, 3, groups=2, padding=1), (2, 4, 5, 5))
layer("convDilated", nn.Conv2d(2, 3, 3, dilation=2, bias=False), (2, 2, 8, 7))


def norm(name, m, shape, train):
    m.train(train)
    case(
        name,
        m,
        shape,
        [("scale", m.weight), ("shift", m.bias)],
        [("mean", m.running_mean), ("variance", m.running_var)],
    )


norm("batchNormTrain", nn.BatchNorm2d(3), (4, 3, 2, 5), True)
norm("batchNormEval", nn.BatchNorm2d(3), (4, 3, 2, 5), False)
norm("batchNormFeatures", nn.BatchNorm1d(6, momentum=0.3, eps=1e-3), (5, 6), True)

case("maxPool", nn.MaxPool2d(2), (2, 3, 6, 5))
case("maxPoolStridePad", nn.MaxPool2d(3, stride=2, padding=1), (2, 3, 6, 7))
case("avgPool", nn.AvgPool2d(2), (2, 3, 6, 5))
case("avgPoolStridePad", nn.AvgPool2d(3, 2, 1, count_include_pad=False), (2, 3, 6, 7))
case("relu", nn.ReLU(), (4, 5))
case("tanh", nn.Tanh(), (4, 5))
case("sigmoid", nn.Sigmoid(), (4, 5))
case("gelu", nn.GELU(), (4, 5))
case("softmax", nn.Softmax(-1), (4, 5))


def loss(name, function, y, target):
    y = y.requires_grad_()
    value = function(y, target)
    put(f"{name}/y", y)
    put(f"{name}/target", target.int() if target.dtype == torch.int64 else target)
    put(f"{name}/loss", value)
    put(f"{name}/dy", torch.autograd.grad(value, y)[0])


labels = torch.tensor([0, 4, 2, 2, 1, 3])
loss("crossEntropy", F.cross_entropy, torch.randn(6, 5) * 3, labels)
loss("crossEntropyLarge", F.cross_entropy, torch.randn(6, 5) * 300, labels)
loss("crossEntropySmooth", lambda y, t: F.cross_entropy(y, t, label_smoothing=0.1), torch.randn(6, 5) * 3, labels)
loss("mse", F.mse_loss, torch.randn(6, 5), torch.randn(6, 5))

write(sys.argv[1] + "/layers.safetensors", out)
