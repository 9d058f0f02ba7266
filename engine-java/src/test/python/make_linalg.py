"""Golden numbers of linear algebra, from PyTorch in f64: python make_linalg.py ../resources/golden

A case is a function of matrices that does not depend on the choice of signs, or a factor brought to Kortex's signs.
Stored are inputs a, b, result y, a weight dy, the gradients of sum(y * dy), and the gradient of the sum of their squares.
"""

import sys

import torch

from safetensors_file import write

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
out = {}


def case(name, f, *inputs):
    xs = [x.clone().requires_grad_() for x in inputs]
    y = f(*xs)
    dy = torch.randn_like(y)
    first = torch.autograd.grad((y * dy).sum(), xs, create_graph=True)
    second = torch.autograd.grad(sum((g * g).sum() for g in first), xs)
    for key, x, g, h in zip("ab", xs, first, second):
        out[f"{name}/{key}"] = x.detach().numpy()
        out[f"{name}/d{key}"] = g.detach().numpy()
        out[f"{name}/dd{key}"] = h.detach().numpy()
    out[f"{name}/y"] = y.detach().numpy()
    out[f"{name}/dy"] = dy.numpy()


def sign(columns):
    """The sign of the first component of largest magnitude, for each column."""
    size = columns.detach().abs()
    first = (size >= 0.999 * size.amax(-2, keepdim=True)).int().argmax(-2, keepdim=True)
    return columns.detach().gather(-2, first).sign()


def qr(a):
    q, r = torch.linalg.qr(a)
    s = torch.diagonal(r.detach(), dim1=-2, dim2=-1).sign()
    return q * s.unsqueeze(-2), r * s.unsqueeze(-1)


def svd(a):
    u, s, vt = torch.linalg.svd(a, full_matrices=False)
    t = sign(u)
    return u * t, s, vt * t.transpose(-2, -1)


def eigh(a):
    w, v = torch.linalg.eigh((a + a.mT) / 2)
    return w, v * sign(v)


def random(*shape):
    return torch.randn(*shape)


def definite(*shape):
    a = random(*shape)
    return a @ a.mT + 0.5 * torch.eye(shape[-1])


# The symmetric part of A is what Kortex factors.
case("cholesky", lambda a: torch.linalg.cholesky((a + a.mT) / 2), definite(2, 4, 4))
case("solve", torch.linalg.solve, random(2, 4, 4), random(2, 4, 3))
case("solveVector", torch.linalg.solve, random(4, 4), random(4))
case("solveStack", torch.linalg.solve, random(4, 4), random(3, 4, 2))
case("lower", lambda a, b: torch.linalg.solve_triangular(a, b, upper=False), definite(4, 4), random(4, 2))
case("upper", lambda a, b: torch.linalg.solve_triangular(a, b, upper=True), definite(4, 4), random(4, 2))
case(
    "unit",
    lambda a, b: torch.linalg.solve_triangular(a, b, upper=False, unitriangular=True),
    random(4, 4),
    random(4, 2),
)
case("choleskySolve", lambda a, b: torch.cholesky_solve(b, torch.tril(a)), definite(4, 4), random(4, 2))
case("inverse", torch.linalg.inv, random(2, 4, 4))
case("det", torch.linalg.det, random(3, 4, 4))
case("logAbsDet", lambda a: torch.linalg.slogdet(a)[1], random(3, 4, 4))
case("pinvTall", torch.linalg.pinv, random(5, 3))
case("pinvWide", torch.linalg.pinv, random(2, 3, 5))
case("pinvOrthogonal", torch.linalg.pinv, torch.linalg.qr(random(4, 4))[0])
case("lstsq", lambda a, b: torch.linalg.pinv(a) @ b, random(5, 3), random(5, 2))
case("q", lambda a: qr(a)[0], random(5, 3))
case("r", lambda a: qr(a)[1], random(2, 5, 3))
case("qSquare", lambda a: qr(a)[0], random(4, 4))
case("qWide", lambda a: qr(a)[0], random(3, 5))
case("rWide", lambda a: qr(a)[1], random(3, 5))
case("u", lambda a: svd(a)[0], random(5, 3))
case("s", lambda a: svd(a)[1], random(2, 5, 3))
case("vt", lambda a: svd(a)[2], random(3, 5))
case("nuclearNorm", lambda a: torch.linalg.matrix_norm(a, "nuc"), random(2, 4, 3))
case("spectralNorm", lambda a: torch.linalg.matrix_norm(a, 2), random(2, 4, 3))
case("cond", torch.linalg.cond, random(2, 3, 4))
case("values", lambda a: eigh(a)[0], random(2, 4, 4))
case("vectors", lambda a: eigh(a)[1], random(4, 4))
case("power", lambda a: torch.linalg.matrix_power(a, 5), random(3, 3))
case("powerNegative", lambda a: torch.linalg.matrix_power(a, -2), random(3, 3))

write(sys.argv[1] + "/linalg.safetensors", out)
