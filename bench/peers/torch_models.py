"""The networks of the workloads in PyTorch, with weights and data of formula.py."""
import torch
import torch.nn as nn
import torch.nn.functional as F

import formula
from common import BATCHES


def mlp(sizes, activation):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*layers[:-1])


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))


def conv_norm(inputs, outputs, kernel, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs))


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = conv_norm(inputs, outputs, 3, stride)
        self.second = conv_norm(outputs, outputs, 3)
        self.shortcut = conv_norm(inputs, outputs, 1, stride) if stride != 1 else nn.Identity()

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.shortcut(x))


def resnet20():
    layers = [conv_norm(3, 16, 3), nn.ReLU()]
    inputs = 16
    for outputs in (16, 32, 64):
        for block in range(3):
            layers.append(ResidualBlock(inputs, outputs, 2 if block == 0 and outputs > 16 else 1))
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


class CharLstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(96, 64)
        self.lstm = nn.LSTM(64, 256, batch_first=True)
        # A second bias that is only ever added to the first.
        self.lstm.bias_hh_l0.requires_grad_(False)
        self.out = nn.Linear(256, 96)

    def forward(self, x):
        return self.out(self.lstm(self.embedding(x))[0])


class Positions(nn.Module):
    def __init__(self, length, width):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(length, width))

    def forward(self, x):
        return x + self.weight


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        batch, time, width = x.shape
        q, k, v = (t.view(batch, time, self.heads, -1).transpose(1, 2) for t in self.qkv(x).split(width, 2))
        each = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(each.transpose(1, 2).reshape(batch, time, width))


class Transformer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.attend = nn.Sequential(nn.LayerNorm(width), Attention(width, heads))
        self.think = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attend(x)
        return x + self.think(x)


def gpt(layers=4, width=256, heads=4, time=128, vocabulary=512):
    return nn.Sequential(
        nn.Embedding(vocabulary, width), Positions(time, width), *(Transformer(width, heads) for _ in range(layers)),
        nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False))


def fill(model):
    """What is trained from the formula, in the order of the layers; what isn't, zero."""
    stream = 0
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.requires_grad:
                p.copy_(torch.from_numpy(formula.parameter(stream, tuple(p.shape), name.endswith("weight"))))
                stream += 1
            else:
                p.zero_()
    return model


def examples(shape, count):
    return [(torch.from_numpy(formula.images(i, shape)), torch.from_numpy(formula.labels(i, shape[:1], count)))
            for i in range(BATCHES)]


def sequences(shape, vocabulary):
    return [(torch.from_numpy(formula.tokens(i, shape, vocabulary)), torch.from_numpy(formula.labels(i, shape, vocabulary)))
            for i in range(BATCHES)]


def training(workload, **fused):
    """Model, optimizer and batches."""
    o = torch.optim
    if workload == "W1":
        model = fill(mlp([4, 16, 16, 3], nn.Tanh))
        return model, o.SGD(model.parameters(), lr=0.1, **fused), examples((16, 4), 3)
    if workload == "W2":
        model = fill(mlp([784, 512, 512, 10], nn.ReLU))
        return model, o.Adam(model.parameters(), lr=1e-3, **fused), examples((128, 784), 10)
    if workload == "W3":
        model = fill(lenet())
        return model, o.SGD(model.parameters(), lr=0.01, momentum=0.9, **fused), examples((128, 1, 28, 28), 10)
    if workload == "W4":
        model = fill(resnet20())
        optimizer = o.SGD(model.parameters(), lr=1e-3, momentum=0.9, weight_decay=1e-4, **fused)
        return model, optimizer, examples((64, 3, 32, 32), 10)
    if workload == "W5":
        model = fill(CharLstm())
        return model, o.Adam(model.parameters(), lr=2e-3, **fused), sequences((32, 64), 96)
    if workload == "W6":
        model = fill(gpt())
        return model, o.AdamW(model.parameters(), lr=3e-4, weight_decay=0.01, **fused), sequences((8, 128), 512)
    if workload == "W7":
        model = fill(mlp([4096, 4096, 4096, 1000], nn.ReLU))
        return model, o.Adam(model.parameters(), lr=1e-4, **fused), examples((256, 4096), 1000)
    raise SystemExit("there is no training " + workload)


def inference(workload):
    """Model and input."""
    model, shape = (fill(mlp([784, 512, 512, 10], nn.ReLU)), (1, 784)) if workload == "W8a" else (
        fill(resnet20()), (1, 3, 32, 32))
    return model.eval(), torch.from_numpy(formula.uniform(0, shape, 3**0.5))


def loss_of(model, x, y):
    return F.cross_entropy(model(x).flatten(0, -2), y.flatten())
