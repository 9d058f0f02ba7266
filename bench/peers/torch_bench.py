#!/usr/bin/env python3
"""A workload in PyTorch: torch_bench.py --workload W3 --mode eager|compile [--channels-last]
Trainings W1 to W7, inference W8a and W8b, single ops E_…; a `b` behind those means: and the gradients."""
import argparse
import os

arguments = argparse.ArgumentParser()
arguments.add_argument("--workload", required=True)
arguments.add_argument("--mode", default="eager", choices=["eager", "compile"])
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--seconds", type=float, default=5.0)
arguments.add_argument("--channels-last", action="store_true")
A = arguments.parse_args()
os.environ.setdefault("OMP_NUM_THREADS", str(A.threads))
os.environ.setdefault("MKL_NUM_THREADS", str(A.threads))

import torch
import torch.nn.functional as F

import torch_models
from common import BATCHES, emit, losses_text, measure

torch.set_num_threads(A.threads)
torch.manual_seed(0)
W = A.workload
SYSTEM = "torch-" + A.mode + ("-cl" if A.channels_last else "")


def compiled(function):
    return torch.compile(function) if A.mode == "compile" else function


def laid_out(value):
    return value.to(memory_format=torch.channels_last) if A.channels_last else value


def train():
    model, optimizer, batches = torch_models.training(W, fused=True)
    model = laid_out(model)
    batches = [(laid_out(x), y) for x, y in batches]
    loss_of = compiled(lambda x, y: torch_models.loss_of(model, x, y))
    steps = [0]

    def step():
        x, y = batches[steps[0] % BATCHES]
        steps[0] += 1
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(x, y)
        loss.backward()
        optimizer.step()
        return loss.item()

    times, losses, first = measure(step, seconds=A.seconds, most=3000 if W == "W1" else 1000)
    count = sum(p.numel() for p in model.parameters() if p.requires_grad)
    emit(W, SYSTEM, A.threads, times, "n=%d first_ms=%.0f params=%d %s" % (len(times), first, count, losses_text(losses)))


def infer():
    model, x = torch_models.inference(W)
    model, x = laid_out(model), laid_out(x)
    function = compiled(model)

    def step():
        with torch.inference_mode():
            function(x)

    times, _, first = measure(step, seconds=A.seconds, most=20000)
    emit(W, SYSTEM, A.threads, times, "n=%d first_ms=%.0f" % (len(times), first))


def with_gradients(function, inputs, like):
    seed = torch.randn(like)
    for x in inputs:
        x.requires_grad_()
    return lambda: torch.autograd.grad(function(*inputs), inputs, seed)


def single_op():
    """What to run, and bytes or floating-point operations."""
    both = W.endswith("b")
    if W.startswith("E_gemm"):
        side = int(W[6:])
        a, b, c = torch.randn(side, side), torch.randn(side, side), torch.empty(side, side)
        return lambda: torch.mm(a, b, out=c), "GFLOPs", 2 * side**3
    if W == "E_chain":
        x = torch.randn(1 << 24)
        function = compiled(lambda x: F.gelu(x * 1.1 + 0.2) + 0.3)
        return lambda: function(x), "GBps", 8 * x.numel()
    if W.startswith("E_softmax"):
        x = torch.randn(4096, 1024)
        function = compiled(lambda x: torch.softmax(x, -1))
        run = with_gradients(function, [x], x.shape) if both else lambda: function(x)
        return run, "GBps", (20 if both else 8) * x.numel()
    if W.startswith("E_layernorm"):
        x, scale, shift = torch.randn(4096, 1024), torch.ones(1024), torch.zeros(1024)
        function = compiled(lambda x, scale, shift: F.layer_norm(x, (1024,), scale, shift))
        run = with_gradients(function, [x, scale, shift], x.shape) if both else lambda: function(x, scale, shift)
        return run, "GBps", (20 if both else 8) * x.numel()
    if W.startswith("E_conv"):
        x, w = laid_out(torch.randn(8, 64, 56, 56)), laid_out(torch.randn(64, 64, 3, 3))
        function = compiled(lambda x, w: F.conv2d(x, w, padding=1))
        run = with_gradients(function, [x, w], x.shape) if both else lambda: function(x, w)
        return run, "GFLOPs", (3 if both else 1) * 2 * 8 * 64 * 64 * 9 * 56 * 56
    raise SystemExit("there is no workload " + W)


def op():
    run, unit, cost = single_op()
    with torch.set_grad_enabled(W.endswith("b")):
        times, _, first = measure(lambda: (run(), None)[1], warm=1, seconds=min(A.seconds, 4))
    median = sorted(times)[len(times) // 2]
    emit(W, SYSTEM, A.threads, times, "n=%d first_ms=%.0f %s=%.1f" % (len(times), first, unit, cost / median / 1e6))


if W.startswith("E_"):
    op()
elif W.startswith("W8"):
    infer()
else:
    train()
