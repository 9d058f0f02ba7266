#!/usr/bin/env python3
"""A workload in JAX, with the whole step in one jit and donated state: jax_bench.py --workload W3 --mode jit|scan
Mode scan runs 48 steps inside one lax.scan: what a user does against the cost of a call. Milliseconds are per step."""
import argparse
import os

arguments = argparse.ArgumentParser()
arguments.add_argument("--workload", required=True)
arguments.add_argument("--mode", default="jit", choices=["jit", "scan"])
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--seconds", type=float, default=5.0)
A = arguments.parse_args()
cores = sorted(os.sched_getaffinity(0))
if A.threads < len(cores):  # XLA takes as many threads as it sees cores
    os.sched_setaffinity(0, cores[: A.threads])
if A.threads == 1:
    os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

import jax_models
from common import BATCHES, emit, losses_text, measure

W = A.workload
SYSTEM = "jax-" + A.mode
AT_ONCE = 48


def train():
    p, state, apply, optimizer, (xs, ys) = jax_models.training(W)
    count = sum(a.size for a in jax.tree.leaves(p))

    def update(carry, x, y):
        p, state, memory = carry

        def loss_of(p):
            logits, after = apply(p, state, x, True)
            return jax_models.cross_entropy(logits, y), after

        (loss, after), gradients = jax.value_and_grad(loss_of, has_aux=True)(p)
        updates, memory = optimizer.update(gradients, memory, p)
        return (optax.apply_updates(p, updates), after, memory), loss

    carry = (p, state, optimizer.init(p))
    per_call = 1
    if A.mode == "scan":
        per_call = AT_ONCE

        def many(carry, xs, ys):
            return lax.scan(lambda c, i: update(c, xs[i % BATCHES], ys[i % BATCHES]), carry, jnp.arange(AT_ONCE))

        function = jax.jit(many, donate_argnums=0)

        def step():
            nonlocal carry
            carry, losses = function(carry, xs, ys)
            jax.block_until_ready(carry)
            return float(losses[-1])
    else:
        function = jax.jit(update, donate_argnums=0)
        batches = [(xs[i], ys[i]) for i in range(BATCHES)]
        steps = 0

        def step():
            nonlocal carry, steps
            carry, loss = function(carry, *batches[steps % BATCHES])
            steps += 1
            jax.block_until_ready(carry)
            return float(loss)

    few = dict(fewest_warm=2, fewest=3) if per_call > 1 else {}
    times, losses, first = measure(step, seconds=A.seconds, most=3000 if W == "W1" else 1000, **few)
    facts = "n=%d first_ms=%.0f params=%d" % (len(times), first, count)
    if per_call == 1:
        facts += " " + losses_text(losses)
    emit(W, SYSTEM, A.threads, [t / per_call for t in times], facts)


def infer():
    p, state, apply, x = jax_models.inference(W)
    function = jax.jit(lambda p, state, x: apply(p, state, x, False)[0])
    times, _, first = measure(
        lambda: (function(p, state, x).block_until_ready(), None)[1], seconds=A.seconds, most=20000)
    emit(W, SYSTEM, A.threads, times, "n=%d first_ms=%.0f" % (len(times), first))


def single_op():
    """A function, its arguments, and bytes or floating-point operations."""
    random = np.random.RandomState(0)
    both = W.endswith("b")

    def numbers(*shape):
        return jnp.asarray(random.randn(*shape).astype("f"))

    def with_gradients(function):
        def run(seed, *inputs):
            y, pull = jax.vjp(function, *inputs)
            return y, pull(seed)

        return run

    if W.startswith("E_gemm"):
        side = int(W[6:])
        return lambda a, b: a @ b, (numbers(side, side), numbers(side, side)), "GFLOPs", 2 * side**3
    if W == "E_chain":
        x = numbers(1 << 24)
        return lambda x: jax.nn.gelu(x * 1.1 + 0.2, approximate=False) + 0.3, (x,), "GBps", 8 * x.size
    if W.startswith("E_softmax"):
        function, inputs = jax.nn.softmax, (numbers(4096, 1024),)
        unit, cost = "GBps", (20 if both else 8) * inputs[0].size
    elif W.startswith("E_layernorm"):
        inputs = (numbers(4096, 1024), jnp.ones(1024), jnp.zeros(1024))
        unit, cost = "GBps", (20 if both else 8) * inputs[0].size

        def function(x, scale, shift):
            return jax_models.layer_norm({"scale": scale, "shift": shift}, x)
    elif W.startswith("E_conv"):
        inputs = (numbers(8, 56, 56, 64), numbers(3, 3, 64, 64))
        unit, cost = "GFLOPs", (3 if both else 1) * 2 * 8 * 64 * 64 * 9 * 56 * 56

        def function(x, w):
            return jax_models.conv({"w": w}, x, padding=1)
    else:
        raise SystemExit("there is no workload " + W)
    if both:
        return with_gradients(function), (numbers(*inputs[0].shape), *inputs), unit, cost
    return function, inputs, unit, cost


def op():
    function, inputs, unit, cost = single_op()
    function = jax.jit(function)
    times, _, first = measure(
        lambda: (jax.block_until_ready(function(*inputs)), None)[1], warm=1, seconds=min(A.seconds, 4))
    median = sorted(times)[len(times) // 2]
    emit(W, SYSTEM, A.threads, times, "n=%d first_ms=%.0f %s=%.1f" % (len(times), first, unit, cost / median / 1e6))


if W.startswith("E_"):
    op()
elif W.startswith("W8"):
    infer()
else:
    train()
