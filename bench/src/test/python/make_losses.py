#!/usr/bin/env python3
"""The losses of 20 steps of the trainings in PyTorch, in single and in double precision: golden/losses.csv.
Double precision says how far apart two correct implementations may be: make_losses.py"""
import os
import sys

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../../peers"))
import torch_models
from common import BATCHES

STEPS = 20
WORKLOADS = ["W1", "W2", "W3", "W4", "W5", "W6", "W7"]


def losses(workload, dtype):
    model, optimizer, batches = torch_models.training(workload)
    model.to(dtype)
    out = []
    for step in range(STEPS):
        x, y = batches[step % BATCHES]
        optimizer.zero_grad()
        loss = torch_models.loss_of(model, x.to(dtype) if x.is_floating_point() else x, y)
        loss.backward()
        optimizer.step()
        out.append(loss.item())
    return out


def main():
    with open(os.path.join(HERE, "../resources/golden/losses.csv"), "w") as file:
        print("workload,step,single,double", file=file)
        for workload in sys.argv[1:] or WORKLOADS:
            for step, (s, d) in enumerate(zip(losses(workload, torch.float32), losses(workload, torch.float64))):
                print(f"{workload},{step},{s:.7g},{d:.7g}", file=file)


if __name__ == "__main__":
    main()
