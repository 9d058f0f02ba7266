"""The networks of the workloads in JAX, written by hand, with weights and data of formula.py.

Images are [batch, height, width, channels], which is what XLA is fastest with; parameters are made in PyTorch's shapes
and transposed, so that they are the same numbers."""
import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

import formula
from common import BATCHES


class Streams:
    """Hands out parameters in the order of the layers."""

    def __init__(self):
        self.next = 0

    def parameter(self, *shape, scale=False):
        self.next += 1
        return formula.parameter(self.next - 1, shape, scale)

    def dense(self, inputs, outputs, bias=True):
        weight = {"w": jnp.asarray(self.parameter(outputs, inputs).T)}
        return {**weight, "b": jnp.asarray(self.parameter(outputs))} if bias else weight

    def conv(self, kernel, inputs, outputs, bias=False):
        weight = {"w": jnp.asarray(self.parameter(outputs, inputs, kernel, kernel).transpose(2, 3, 1, 0))}
        return {**weight, "b": jnp.asarray(self.parameter(outputs))} if bias else weight

    def norm(self, width):
        return {"scale": jnp.asarray(self.parameter(width, scale=True)), "shift": jnp.asarray(self.parameter(width))}


def dense(p, x):
    y = x @ p["w"]
    return y + p["b"] if "b" in p else y


def conv(p, x, stride=1, padding=0):
    sides = ((padding, padding), (padding, padding))
    y = lax.conv_general_dilated(x, p["w"], (stride, stride), sides, dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return y + p["b"] if "b" in p else y


def average_pool(x):
    batch, height, width, channels = x.shape
    return x.reshape(batch, height // 2, 2, width // 2, 2, channels).mean((2, 4))


def cross_entropy(logits, labels):
    logits = logits.reshape(-1, logits.shape[-1])
    return optax.softmax_cross_entropy_with_integer_labels(logits, labels.reshape(-1)).mean()


def mlp(sizes, activation):
    streams = Streams()
    parameters = [streams.dense(*pair) for pair in zip(sizes, sizes[1:])]

    def apply(p, state, x, train):
        for layer in p[:-1]:
            x = activation(dense(layer, x))
        return dense(p[-1], x), state

    return parameters, {}, apply


def lenet():
    streams = Streams()
    p = {"c1": streams.conv(5, 1, 6, True), "c2": streams.conv(5, 6, 16, True)}
    p["f"] = [streams.dense(*pair) for pair in ((400, 120), (120, 84), (84, 10))]
    # Flattened from [5, 5, 16] here and from [16, 5, 5] in PyTorch.
    p["f"][0]["w"] = p["f"][0]["w"].reshape(16, 5, 5, 120).transpose(1, 2, 0, 3).reshape(400, 120)

    def apply(p, state, x, train):
        x = average_pool(jnp.tanh(conv(p["c1"], x, padding=2)))
        x = average_pool(jnp.tanh(conv(p["c2"], x))).reshape(x.shape[0], -1)
        for layer in p["f"][:-1]:
            x = jnp.tanh(dense(layer, x))
        return dense(p["f"][-1], x), state

    return p, {}, apply


BLOCKS = [(16, 1), (16, 1), (16, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1)]


def batch_norm(p, state, x, train):
    if train:
        mean = x.mean((0, 1, 2))
        variance = jnp.mean(jnp.square(x), (0, 1, 2)) - jnp.square(mean)
        count = x.size // x.shape[-1]
        state = {"mean": 0.9 * state["mean"] + 0.1 * mean,
                 "variance": 0.9 * state["variance"] + 0.1 * variance * count / (count - 1)}
    else:
        mean, variance = state["mean"], state["variance"]
    return (x - mean) * (lax.rsqrt(variance + 1e-5) * p["scale"]) + p["shift"], state


def resnet20():
    streams = Streams()
    p, state = {}, {}

    def conv_norm(name, kernel, inputs, outputs):
        p[name] = {"conv": streams.conv(kernel, inputs, outputs), "norm": streams.norm(outputs)}
        state[name] = {"mean": jnp.zeros(outputs), "variance": jnp.ones(outputs)}

    conv_norm("in", 3, 3, 16)
    inputs = 16
    for i, (outputs, stride) in enumerate(BLOCKS):
        conv_norm(f"{i}a", 3, inputs, outputs)
        conv_norm(f"{i}b", 3, outputs, outputs)
        if stride != 1:
            conv_norm(f"{i}s", 1, inputs, outputs)
        inputs = outputs
    p["out"] = streams.dense(64, 10)

    def apply(p, state, x, train):
        after = {}

        def run(name, x, stride=1, padding=1):
            y, after[name] = batch_norm(p[name]["norm"], state[name], conv(p[name]["conv"], x, stride, padding), train)
            return y

        x = jax.nn.relu(run("in", x))
        for i, (_, stride) in enumerate(BLOCKS):
            y = run(f"{i}b", jax.nn.relu(run(f"{i}a", x, stride)))
            x = jax.nn.relu(y + (run(f"{i}s", x, stride, 0) if stride != 1 else x))
        return dense(p["out"], x.mean((1, 2))), after

    return p, state, apply


def lstm():
    streams = Streams()
    p = {"embedding": jnp.asarray(streams.parameter(96, 64))}
    p["x"] = {"w": jnp.asarray(streams.parameter(1024, 64).T)}
    p["h"] = {"w": jnp.asarray(streams.parameter(1024, 256).T)}
    p["x"]["b"] = jnp.asarray(streams.parameter(1024))
    p["out"] = streams.dense(256, 96)

    def apply(p, state, x, train):
        # The product with the input inside the scan measured faster than in front of it.
        inputs = p["embedding"][x].swapaxes(0, 1)

        def cell(carry, at):
            h, c = carry
            i, f, g, o = jnp.split(dense(p["x"], at) + dense(p["h"], h), 4, -1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        zeros = jnp.zeros((x.shape[0], 256))
        _, hidden = lax.scan(cell, (zeros, zeros), inputs)
        return dense(p["out"], hidden.swapaxes(0, 1)), state

    return p, {}, apply


def layer_norm(p, x):
    mean = x.mean(-1, keepdims=True)
    variance = jnp.mean(jnp.square(x - mean), -1, keepdims=True)
    return (x - mean) * lax.rsqrt(variance + 1e-5) * p["scale"] + p["shift"]


def gpt(layers=4, width=256, heads=4, time=128, vocabulary=512):
    streams = Streams()
    p = {"tokens": jnp.asarray(streams.parameter(vocabulary, width)),
         "positions": jnp.asarray(streams.parameter(time, width)), "blocks": []}
    for _ in range(layers):
        p["blocks"].append({
            "attend": streams.norm(width), "qkv": streams.dense(width, 3 * width), "out": streams.dense(width, width),
            "think": streams.norm(width), "wide": streams.dense(width, 4 * width),
            "narrow": streams.dense(4 * width, width)})
    p["norm"] = streams.norm(width)
    p["head"] = streams.dense(width, vocabulary, bias=False)

    def apply(p, state, x, train):
        h = p["tokens"][x] + p["positions"]
        batch, time, width = h.shape
        mask = jnp.tril(jnp.ones((time, time), bool))
        for b in p["blocks"]:
            qkv = jnp.split(dense(b["qkv"], layer_norm(b["attend"], h)), 3, -1)
            q, k, v = (t.reshape(batch, time, heads, width // heads) for t in qkv)
            scores = jnp.einsum("bqhd,bkhd->bhqk", q, k) / math.sqrt(width // heads)
            weights = jax.nn.softmax(jnp.where(mask, scores, -1e30), -1)
            h = h + dense(b["out"], jnp.einsum("bhqk,bkhd->bqhd", weights, v).reshape(batch, time, width))
            wide = jax.nn.gelu(dense(b["wide"], layer_norm(b["think"], h)), approximate=False)
            h = h + dense(b["narrow"], wide)
        return dense(p["head"], layer_norm(p["norm"], h)), state

    return p, {}, apply


def stacked(arrays):
    return jnp.asarray(np.stack(arrays))


def images(shape, count):
    xs = [formula.images(i, shape) for i in range(BATCHES)]
    if len(shape) == 4:
        xs = [x.transpose(0, 2, 3, 1) for x in xs]
    return stacked(xs), stacked([formula.labels(i, shape[:1], count) for i in range(BATCHES)])


def sequences(shape, vocabulary):
    return (stacked([formula.tokens(i, shape, vocabulary) for i in range(BATCHES)]),
            stacked([formula.labels(i, shape, vocabulary) for i in range(BATCHES)]))


def training(workload):
    """Parameters, state and function of the network, the optimizer, and the batches."""
    if workload == "W1":
        return *mlp([4, 16, 16, 3], jnp.tanh), optax.sgd(0.1), images((16, 4), 3)
    if workload == "W2":
        return *mlp([784, 512, 512, 10], jax.nn.relu), optax.adam(1e-3), images((128, 784), 10)
    if workload == "W3":
        return *lenet(), optax.sgd(0.01, 0.9), images((128, 1, 28, 28), 10)
    if workload == "W4":
        optimizer = optax.chain(optax.add_decayed_weights(1e-4), optax.sgd(1e-3, 0.9))
        return *resnet20(), optimizer, images((64, 3, 32, 32), 10)
    if workload == "W5":
        return *lstm(), optax.adam(2e-3), sequences((32, 64), 96)
    if workload == "W6":
        return *gpt(), optax.adamw(3e-4, weight_decay=0.01), sequences((8, 128), 512)
    if workload == "W7":
        return *mlp([4096, 4096, 4096, 1000], jax.nn.relu), optax.adam(1e-4), images((256, 4096), 1000)
    raise SystemExit("there is no training " + workload)


def inference(workload):
    """Parameters, state and function of the network, and the input."""
    if workload == "W8a":
        return *mlp([784, 512, 512, 10], jax.nn.relu), jnp.asarray(formula.uniform(0, (1, 784), 3**0.5))
    x = formula.uniform(0, (1, 3, 32, 32), 3**0.5).transpose(0, 2, 3, 1)
    return *resnet20(), jnp.asarray(x)
