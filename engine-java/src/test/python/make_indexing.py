"""Golden numbers of indexing, sorting and scans, from PyTorch and NumPy: python make_indexing.py ../resources/golden"""

import sys

import numpy as np
import torch

from safetensors_file import write

torch.manual_seed(11)
rng = np.random.default_rng(11)
out = {}


def put(name, value):
    out[name] = value.detach().numpy().copy() if isinstance(value, torch.Tensor) else np.asarray(value)


def case(name, function, floats, integers=()):
    """A function of float and integer tensors: its value, first derivatives, and second ones of x."""
    xs = [x.double().requires_grad_() for x in floats]
    y = function(*xs, *integers)
    dy = torch.randn_like(y)
    first = torch.autograd.grad(y, xs, dy, create_graph=True)
    v = torch.randn_like(first[0])
    second = [torch.zeros_like(x) for x in xs]
    if first[0].requires_grad:
        found = torch.autograd.grad(first[0], xs, v, allow_unused=True)
        second = [s if f is None else f for s, f in zip(second, found)]
    put(f"{name}/y", y)
    put(f"{name}/dy", dy)
    put(f"{name}/v", v)
    for i, (x, g, h) in enumerate(zip(xs, first, second)):
        put(f"{name}/x{i}", x)
        put(f"{name}/dx{i}", g)
        put(f"{name}/ddx{i}", h)
    for i, index in enumerate(integers):
        put(f"{name}/index{i}", index)


x = torch.randn(4, 5, 3)
i = torch.tensor([[0, 3, 3], [2, 0, 1]])
case("take0", lambda x, i: x[i], [x], [i])
case("take1", lambda x, i: x[:, i], [x], [i])
case("take2", lambda x, i: x[:, :, i], [x], [i % 3])
case("takeNegative", lambda x, i: x[i], [x], [torch.tensor([-1, -4, 2, -1])])
for axis in range(3):
    shape = list(x.shape)
    shape[axis] = 6
    index = torch.randint(0, x.shape[axis], shape)
    case(f"gather{axis}", lambda x, i, a=axis: torch.gather(x, a, i), [x], [index])
    u = torch.randn(*shape)
    case(f"scatterAdd{axis}", lambda x, u, i, a=axis: torch.scatter_add(x, a, i, u), [x, u], [index])
    case(
        f"scatterMax{axis}",
        lambda x, u, i, a=axis: torch.scatter_reduce(x, a, i, u, "amax", include_self=True),
        [x, u],
        [index],
    )
    case(
        f"scatterMin{axis}",
        lambda x, u, i, a=axis: torch.scatter_reduce(x, a, i, u, "amin", include_self=True),
        [x, u],
        [index],
    )
    once = torch.argsort(torch.randn(*x.shape), axis)
    shape[axis] = 2
    once = once[tuple(slice(n) for n in shape)].contiguous()
    case(f"scatter{axis}", lambda x, u, i, a=axis: torch.scatter(x, a, i, u), [x, torch.randn(*shape)], [once])

j = torch.tensor([1, -1, 4])
case("advanced", lambda x, i, j: x[i, j], [x], [i, j])
case("advancedColumn", lambda x, i, j: x[i, j], [x], [torch.tensor([[0], [-2]]), j])
k = torch.tensor([2, 0, -1])
case("advancedAll", lambda x, i, j, k: x[i, j, k], [x], [i, j, k])
case("addAt", lambda x, u, i, j: x.index_put((i, j), u, accumulate=True), [x, torch.randn(2, 3, 3)], [i, j])
distinct = torch.tensor([3, 0, -2])
case("putAt", lambda x, u, i, j: x.index_put((i, j), u), [x, torch.randn(3, 3)], [distinct, j])

y = torch.randn(3, 7, 4)
ties = torch.randint(0, 3, (3, 7, 4))
for axis in range(3):
    case(f"sort{axis}", lambda x, a=axis: torch.sort(x, a)[0], [y])
    case(f"sortDown{axis}", lambda x, a=axis: torch.sort(x, a, descending=True)[0], [y])
    case(f"topK{axis}", lambda x, a=axis: torch.topk(x, 3, a)[0], [y])
    case(f"bottomK{axis}", lambda x, a=axis: torch.topk(x, 2, a, largest=False)[0], [y])
    put(f"topKIndices{axis}/y", torch.topk(y.double(), 3, axis)[1])
    put(f"argsort{axis}/y", torch.argsort(ties, dim=axis, stable=True))
    put(f"argsortDown{axis}/y", torch.argsort(ties, dim=axis, descending=True, stable=True))
    case(f"median{axis}", lambda x, a=axis: torch.quantile(x, 0.5, a), [y])
    case(f"quantile{axis}", lambda x, a=axis: torch.quantile(x, 0.3, a), [y])
    case(f"cumsum{axis}", lambda x, a=axis: torch.cumsum(x, a), [y])
    case(f"cumprod{axis}", lambda x, a=axis: torch.cumprod(x, a), [y])
    case(f"cumMax{axis}", lambda x, a=axis: torch.cummax(x, a)[0], [y])
    case(f"cumMin{axis}", lambda x, a=axis: torch.cummin(x, a)[0], [y])
    case(f"logCumSumExp{axis}", lambda x, a=axis: torch.logcumsumexp(x, a), [y * 20])
put("ties", ties)
zeros = torch.tensor([[1.5, 0.0, 2.0, -3.0], [0.0, 2.0, 0.0, 1.0], [2.0, 3.0, -1.0, 0.5], [0.0, 0.0, 0.0, 0.0]])
case("cumprodZeros", lambda x: torch.cumprod(x, 1), [zeros])
mask = torch.tensor([[1, 0, 1, 1, 0], [0, 0, 0, 1, 1], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]])
case("masked", lambda x, m: x[m != 0], [x], [mask])
case("maskedRows", lambda x, m: x[m != 0], [x], [torch.tensor([0, 1, 1, 0])])
put("nonzero/y", torch.nonzero(mask))

nan = np.array([[3.0, np.nan, -1.0, np.inf, 0.0, -0.0], [1.0, 2.0, -np.inf, 2.0, np.nan, np.nan]])
put("nan/x", nan)
put("nan/sort", np.sort(nan, axis=1))
put("nan/argsort", np.argsort(nan, axis=1, kind="stable"))
put("nan/argmax", np.argmax(nan, axis=1).astype(np.int32))
put("nan/argmin", np.argmin(nan, axis=1).astype(np.int32))
put("ties/argmax", np.argmax(ties.numpy(), axis=1).astype(np.int32))
put("ties/argmin", np.argmin(ties.numpy(), axis=2).astype(np.int32))

numbers = rng.integers(0, 12, (5, 9))
values, inverse, counts = np.unique(numbers, return_inverse=True, return_counts=True)
put("unique/x", numbers)
put("unique/values", values)
put("unique/inverse", inverse.reshape(numbers.shape))
put("unique/counts", counts)
values, counts = np.unique(nan, return_counts=True)
put("uniqueNan/values", values)
put("uniqueNan/counts", counts)
put("bincount/y", np.bincount(numbers.reshape(-1), minlength=15))
samples = np.concatenate([rng.normal(size=300), [-2.0, -1.5, -1.0, 0.5, 2.0, 2.0]])
put("histogram/x", samples)
for bins, span in [(8, (-2.0, 2.0)), (7, (-1.3, 2.0)), (10, None)]:
    counts, edges = np.histogram(samples, bins, span)
    put(f"histogram{bins}/counts", counts)
    put(f"histogram{bins}/edges", edges)
tenths = np.round(np.arange(0, 11) * 0.1, 1)
counts, edges = np.histogram(tenths, 10, (0.0, 1.0))
put("histogramTenths/x", tenths)
put("histogramTenths/counts", counts)
ordered = np.sort(rng.integers(0, 20, 17)).astype(np.float64)
wanted = np.array([[-1.0, 0.0, 3.5], [7.0, 19.0, 25.0], [ordered[4], ordered[9], np.nan]])
put("searchSorted/x", ordered)
put("searchSorted/values", wanted)
put("searchSorted/left", np.searchsorted(ordered, wanted))
put("searchSorted/right", np.searchsorted(ordered, wanted, side="right"))

write(sys.argv[1] + "/indexing.safetensors", out)
