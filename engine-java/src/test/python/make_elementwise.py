"""Functions and their first derivatives in double, from PyTorch: python make_elementwise.py ../resources/golden"""

import sys

import torch
import torch.nn.functional as F

from safetensors_file import write

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
out = {}


def put(name, f, *inputs):
    """a function of tensors: inputs, result, a gradient of the result, the gradients of the inputs"""
    inputs = [x.clone().requires_grad_() for x in inputs]
    y = f(*inputs)
    dy = torch.rand_like(y) - 0.3
    for i, (x, g) in enumerate(zip(inputs, torch.autograd.grad(y, inputs, dy))):
        out[f"{name}/x{i}"] = x.detach().numpy()
        out[f"{name}/dx{i}"] = g.numpy()
    out[f"{name}/y"] = y.detach().numpy()
    out[f"{name}/dy"] = dy.numpy()


def span(low, high):
    return torch.cat([torch.linspace(low, high, 25), low + (high - low) * torch.rand(15)])


for name, low, high in [
    ("exp", -5, 5), ("expm1", -5, 5), ("exp2", -5, 5), ("log", 0.01, 9), ("log1p", -0.9, 9), ("log2", 0.01, 9),
    ("log10", 0.01, 9), ("sqrt", 0.01, 9), ("rsqrt", 0.01, 9), ("reciprocal", 0.1, 9), ("square", -3, 3),
    ("sin", -9, 9), ("cos", -9, 9), ("tan", -9, 9), ("asin", -0.95, 0.95), ("acos", -0.95, 0.95), ("atan", -9, 9),
    ("sinh", -5, 5), ("cosh", -5, 5), ("tanh", -5, 5), ("asinh", -9, 9), ("acosh", 1.1, 9), ("atanh", -0.95, 0.95),
    ("erf", -3, 3), ("erfc", -3, 3), ("erfinv", -0.95, 0.95), ("lgamma", -4.7, 9), ("digamma", -4.7, 9),
    ("sigmoid", -9, 9), ("abs", -3, 3), ("sign", -3, 3), ("floor", -3.3, 3.3), ("ceil", -3.3, 3.3), ("trunc", -3.3, 3.3),
    ("round", -3.3, 3.3), ("neg", -3, 3), ("deg2rad", -360, 360), ("rad2deg", -7, 7),
]:
    put(name, getattr(torch, name), span(low, high))
put("trigamma", lambda x: torch.polygamma(1, x), span(0.1, 9))
put("polygamma3", lambda x: torch.polygamma(3, x), span(0.1, 9))
put("nanToNum", lambda x: torch.nan_to_num(x, 1.0, 2.0, -3.0), torch.tensor([0.5, float("nan"), float("inf"), -float("inf")]))
put("clamp", lambda x: x.clamp(-1, 2), torch.tensor([-3.0, -1.0, 0.5, 2.0, 2.5]))

# PyTorch's own celu and hardsigmoid have constants of single precision.
for name, f in [
    ("softplus", F.softplus), ("logSigmoid", F.logsigmoid), ("relu", F.relu), ("leakyRelu", lambda x: F.leaky_relu(x, 0.2)),
    ("elu", lambda x: F.elu(x, 1.3)), ("selu", F.selu), ("celu", lambda x: torch.where(x > 0, x, 1.7 * torch.expm1(x / 1.7))), ("gelu", F.gelu),
    ("geluTanh", lambda x: F.gelu(x, approximate="tanh")), ("silu", F.silu), ("mish", F.mish), ("softsign", F.softsign),
    ("hardSigmoid", lambda x: torch.where(x.abs() < 3, (x + 3) / 6, (x >= 3).double())), ("hardSwish", F.hardswish),
]:
    put(name, f, torch.cat([torch.linspace(-8, 8, 33), 8 * torch.randn(20)]))

x = torch.randn(3, 4, 6)
put("softmax", lambda x: F.softmax(x, 1), x)
put("logSoftmax", lambda x: F.log_softmax(x * 50, 1), x)
put("glu", lambda x: F.glu(x, 1), x)
put("swiglu", lambda x: F.silu(x[..., :3]) * x[..., 3:], x)
put("prelu", F.prelu, x, torch.randn(4))
put("preluOne", F.prelu, x, torch.randn(1))

a, b = torch.randn(40) * 3, torch.randn(40) * 3
put("atan2", torch.atan2, a, b)
put("hypot", torch.hypot, a, b)
put("copySign", torch.copysign, a, b)
put("pow", torch.pow, a.abs() + 0.1, b)
put("floorMod", torch.remainder, a, b)
put("remainder", torch.fmod, a, b)
put("lerp", torch.lerp, a, b, torch.rand(40))
put("squaredDifference", lambda a, b: (a - b) ** 2, a, b)

x = torch.randn(3, 4, 5)
for name, f in [
    ("sum", lambda x: x.sum((0, 2))), ("mean", lambda x: x.mean((0, 2))), ("max", lambda x: x.amax((0, 2))),
    ("min", lambda x: x.amin((0, 2))), ("variance", lambda x: x.var((0, 2), correction=0)),
    ("correctedVariance", lambda x: x.var((0, 2), correction=1)), ("std", lambda x: x.std((0, 2), correction=0)),
    ("correctedStd", lambda x: x.std((0, 2), correction=2)), ("prod", lambda x: x.prod(1)),
    ("logSumExp", lambda x: (x * 100).logsumexp((0, 2))), ("norm1", lambda x: torch.linalg.vector_norm(x, 1, (0, 2))),
    ("norm2", lambda x: torch.linalg.vector_norm(x, 2, (0, 2))), ("norm3", lambda x: torch.linalg.vector_norm(x, 3, (0, 2))),
    ("normHalf", lambda x: torch.linalg.vector_norm(x, 0.5, (0, 2))), ("normMost", lambda x: torch.linalg.vector_norm(x, float("inf"), (0, 2))),
    ("normLeast", lambda x: torch.linalg.vector_norm(x, -float("inf"), (0, 2))), ("frobenius", lambda x: torch.linalg.matrix_norm(x)),
]:
    put(name, f, x)
put("varianceFarOff", lambda x: ((x - x.mean(1, keepdim=True)) ** 2).mean(1), x + 1e8)
constant = torch.full((2, 3), 4.0)
put("stdOfEqual", lambda x: x.std(1, correction=0), constant)
put("normOfZeros", lambda x: torch.linalg.vector_norm(x, 2, 1), torch.zeros(2, 3))
zeros = torch.tensor([[2.0, 3, 4], [0, 3, 4], [0, 3, 0], [0, 0, 0]])
put("prodOfZeros", lambda x: x.prod(1), zeros)
second = zeros.clone().requires_grad_()
weights = torch.tensor([[1.0, -2, 0.5]])
(first,) = torch.autograd.grad(torch.stack([r[0] * r[1] * r[2] for r in second]).sum(), second, create_graph=True)
out["prodSecond"] = torch.autograd.grad((first * weights).sum(), second)[0].numpy()

u, v = torch.randn(2, 3, 4), torch.randn(3, 1)
put("cross", lambda a, b: torch.linalg.cross(a, b.expand(2, 3, 4), dim=1), u, v)
put("kron", torch.kron, torch.randn(2, 3), torch.randn(4, 2, 5))
put("outer", torch.outer, torch.randn(3), torch.randn(4))
put("inner", torch.inner, torch.randn(2, 3, 4), torch.randn(5, 4))
put("dot", lambda a, b: torch.dot(a, b)[None], torch.randn(7), torch.randn(7))
put("tensordot", lambda a, b: torch.tensordot(a, b, ([2, 0], [1, 2])), torch.randn(2, 3, 4), torch.randn(5, 4, 2))
put("tensordotLast", lambda a, b: torch.tensordot(a, b, 2), torch.randn(2, 3, 4), torch.randn(3, 4, 5))

write(sys.argv[1] + "/elementwise.safetensors", out)
