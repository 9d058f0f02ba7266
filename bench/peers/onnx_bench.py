#!/usr/bin/env python3
"""Inference in ONNX Runtime: onnx_bench.py --workload W8a|W8b. Needs onnxruntime, and torch for the network."""
import argparse

import onnxruntime
import torch

import onnx_file
import torch_models
from common import emit, measure

arguments = argparse.ArgumentParser()
arguments.add_argument("--workload", required=True, choices=["W8a", "W8b"])
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--seconds", type=float, default=5.0)
A = arguments.parse_args()

module, x = torch_models.inference(A.workload)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = A.threads
inputs = {"x": x.numpy()}
session = None


def step():
    global session
    if session is None:  # what compiling is elsewhere
        session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        requires_equal(session.run(None, inputs)[0])
    session.run(None, inputs)


def requires_equal(output):
    with torch.inference_mode():
        difference = (torch.from_numpy(output) - module(x)).abs().max().item()
    if difference > 1e-4:
        raise SystemExit("the output differs from PyTorch's by %g" % difference)


file = onnx_file.model_of(module, x)
times, _, first = measure(step, seconds=A.seconds, most=20000)
emit(A.workload, "onnxruntime", A.threads, times, "n=%d first_ms=%.0f" % (len(times), first))
