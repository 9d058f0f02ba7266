#!/usr/bin/env python3
"""The training of scripts/examples/digits.nn.kts in PyTorch: the same network, data split sizes, batch and optimizer.

python3 digits_torch.py PATH/digits.csv [threads]     prints seconds of training and validation accuracy
"""
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

threads = int(sys.argv[2]) if len(sys.argv) > 2 else 2
torch.set_num_threads(threads)
torch.manual_seed(1)
rows = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1, dtype=np.float32)
order = np.random.RandomState(7).permutation(len(rows))
x = torch.tensor(rows[order, :64].reshape(-1, 1, 8, 8) / 16)
y = torch.tensor(rows[order, 64].astype(np.int64))
n = int(len(rows) * 0.8)


def block(channels):
    return nn.Sequential(nn.Conv2d(channels, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU())


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.body = block(1), block(32)
        self.head = nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(512, 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, 10))

    def forward(self, v):
        v = self.stem(v)
        return self.head(v + self.body(v))


epochs, batch = 15, 64
net = Net()
optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01, fused=True)
steps = epochs * -(-n // batch)
schedule = torch.optim.lr_scheduler.LambdaLR(
    optimizer, lambda s: min(1, (s + 1) / 50) * (0.5 + 0.5 * np.cos(np.pi * max(0, s - 50) / (steps - 50)))
)
start = time.perf_counter()
for epoch in range(epochs):
    net.train()
    for part in torch.randperm(n).split(batch):
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(net(x[part]), y[part], label_smoothing=0.05)
        loss.backward()
        for p in net.parameters():
            torch.nn.utils.clip_grad_norm_(p, 1.0)
        optimizer.step()
        schedule.step()
    net.eval()
    with torch.inference_mode():
        accuracy = (net(x[n:]).argmax(1) == y[n:]).float().mean().item()
seconds = time.perf_counter() - start
print(f"torch {torch.__version__}, {threads} threads: {seconds:.2f} s, {epochs * n / seconds:.0f} samples/s, accuracy {accuracy:.4f}")
