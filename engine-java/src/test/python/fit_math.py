#!/usr/bin/env python3
"""Fits the polynomials of the single-precision math kernels (see MathFunctions.java).

Each fit minimises the largest weighted error by iteratively reweighted least squares (Lawson) on Chebyshev
nodes, in double precision; the coefficients are then rounded to single precision, lowest degree first.
Needs numpy only: python3 fit_math.py
"""
import math

import numpy as np


def minimax(f, weight, low, high, degree, nodes=2000, rounds=300):
    x = np.cos(np.linspace(0, math.pi, nodes)) * (high - low) / 2 + (high + low) / 2
    y, w = f(x), weight(x)
    basis = np.vander(x, degree + 1, increasing=True)
    lawson = np.ones(nodes)
    best = None
    for _ in range(rounds):
        scale = np.sqrt(lawson) * w
        c, *_ = np.linalg.lstsq(basis * scale[:, None], y * scale, rcond=None)
        error = np.abs((basis @ c - y) * w)
        if best is None or error.max() < best[0]:
            best = (error.max(), c)
        lawson = lawson * error
        lawson /= lawson.sum()
    return best


def show(name, fit):
    error, c = fit
    print(f"{name}: error {error:.2e}")
    print("  " + ", ".join(f"{np.float32(v)!r}".replace("np.float32(", "").replace(")", "") + "f" for v in c))


def series(x, terms):
    """sum of terms(n) x^n for small |x|, to avoid cancellation"""
    return sum(t * x**n for n, t in enumerate(terms))


def exp_tail(x):  # (e^x - 1 - x) / x^2
    return series(x, [1 / math.factorial(n + 2) for n in range(18)])


def log_tail(x):  # (log(1+x) - x) / x^2
    near = series(x, [(-1) ** (n + 1) / (n + 2) for n in range(60)])
    far = (np.log1p(x) - x) / np.where(x == 0, 1, x * x)
    return np.where(np.abs(x) < 0.2, near, far)


def tanh_tail(s):  # (tanh(x) - x) / x^3 as a function of s = x^2
    x = np.sqrt(s)
    far = (np.tanh(x) - x) / np.where(x == 0, 1, x**3)
    near = -1 / 3 + 2 / 15 * s - 17 / 315 * s**2 + 62 / 2835 * s**3
    return np.where(x < 0.02, near, far)


def erf_ratio(s):  # erf(x) / x as a function of s = x^2
    return 2 / math.sqrt(math.pi) * series(s, [(-1) ** n / (math.factorial(n) * (2 * n + 1)) for n in range(30)])


LN2 = math.log(2)
show("exp", minimax(exp_tail, lambda x: x * x / np.exp(x), -LN2 / 2, LN2 / 2, 4))
show("log", minimax(log_tail, lambda x: np.where(x == 0, 0, x * x / np.where(x == 0, 1, np.abs(np.log1p(x)))), 2 / 3 - 1, 4 / 3 - 1, 8))
show("tanh", minimax(tanh_tail, lambda s: s * np.sqrt(s) / np.tanh(np.sqrt(np.maximum(s, 1e-30))), 0, 0.625**2, 4))
show("erf", minimax(erf_ratio, lambda s: 1 / erf_ratio(s), 0, 1, 6))
erfc = np.vectorize(math.erfc)
show("log erfc", minimax(lambda x: np.log(erfc(x)), lambda x: erfc(x) / (1 - erfc(x)), 1, 4, 7))


def sin_tail(s):  # (sin(x) - x) / x^3 as a function of s = x^2
    return series(s, [(-1) ** (n + 1) / math.factorial(2 * n + 3) for n in range(12)])


def cos_tail(s):  # (cos(x) - 1 + x^2 / 2) / x^4 as a function of s = x^2
    return series(s, [(-1) ** n / math.factorial(2 * n + 4) for n in range(12)])


def atan_tail(s):  # (atan(x) - x) / x^3 as a function of s = x^2
    return series(s, [(-1) ** (n + 1) / (2 * n + 3) for n in range(40)])


def log2_ratio(s):  # log2(m) / z as a function of s = z^2, with z = (m - 1) / (m + 1)
    return 2 / LN2 * series(s, [1 / (2 * n + 1) for n in range(40)])


def exp2_tail(x):  # (2^x - 1) / x
    return series(x, [LN2 ** (n + 1) / math.factorial(n + 1) for n in range(18)])


QUARTER = math.pi / 4
show("sin", minimax(sin_tail, lambda s: s, 0, QUARTER**2, 3))
show("cos", minimax(cos_tail, lambda s: s * s, 0, QUARTER**2, 3))
show("atan", minimax(atan_tail, lambda s: s, 0, math.tan(math.pi / 8) ** 2, 4))
error, c = minimax(log2_ratio, lambda s: 1 / log2_ratio(s), 0, (math.sqrt(2) - 1) ** 4 * 1.0001, 4)
print(f"log2 in double: error {error:.2e}\n  " + ", ".join(v.hex() for v in c))
show("exp2", minimax(exp2_tail, lambda x: np.abs(x) / np.exp2(x), -0.5, 0.5, 5))


def turns():
    """2^k * 2/pi mod 4 for each k that a single-precision argument needs, as 27 bits behind the point and the rest"""
    from fractions import Fraction

    def arctan_inverse(n, bits):  # atan(1/n) * 2^bits by its series
        total, term, k = 0, (1 << bits) // n, 0
        while term:
            total += (-term if k % 2 else term) // (2 * k + 1)
            term //= n * n
            k += 1
        return total

    bits = 400
    pi = Fraction(16 * arctan_inverse(5, bits) - 4 * arctan_inverse(239, bits), 1 << bits)  # Machin, 1706
    for k in range(105):
        c = (2 / pi * 2**k) % 4
        high = Fraction(math.floor(c * 2**27), 2**27)
        yield float(high), float(c - high)


print("turns:\n  " + "\n  ".join(f"{a.hex()} {b.hex()}" for a, b in turns()))
