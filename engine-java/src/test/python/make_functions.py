"""Exact values of functions over their whole domains, by mpmath: python make_functions.py ../resources/golden

For each function: arguments that are single-precision numbers ("name/x") and results rounded to double ("name/y"); for some, arguments
that only double precision has ("name/x64", "name/y64").
"""

import random
import sys

import mpmath
import numpy as np
from mpmath import mp, mpf

from safetensors_file import write

mp.prec = 400
random.seed(3)
out = {}


def spread(low, high, count):
    """numbers from low to high (of one sign) in equal ratios, a little shaken"""
    sign = -1 if low < 0 else 1
    a, b = np.log(abs(low)), np.log(abs(high))
    return [sign * np.exp(a + (b - a) * (i + random.random() * 0.9) / count) for i in range(count)]


def both(low, high, count):
    return spread(low, high, count) + spread(-low, -high, count)


def even(low, high, count):
    return [low + (high - low) * (i + random.random() * 0.9) / count for i in range(count)]


def put(name, f, xs, wide=()):
    for suffix, numbers, kind in (("", xs, np.float32), ("64", wide, np.float64)):
        x = np.array(numbers, kind).astype(np.float64)
        if len(x):
            y = []
            for v in x:
                exact = f(mpf(float(v)))
                y.append(float(exact.real))
            out[f"{name}/x{suffix}"] = x
            out[f"{name}/y{suffix}"] = np.array(y)


def gamma_log(x):
    return mpmath.log(abs(mpmath.gamma(x)))


tiny = [1e-44, 1e-40, -1e-40, 1e-20, -1e-20]
put("exp", mpmath.exp, tiny + even(-103, 88.7, 200), even(-740, 709.7, 100))
put("expm1", mpmath.expm1, tiny + both(1e-7, 88, 100), both(1e-300, 1e-9, 20) + even(1, 709, 40))
put("exp2", lambda x: mpf(2) ** x, tiny + even(-149, 127.9, 200) + list(range(-10, 11)), even(-1070, 1023, 60))
put("log", mpmath.log, spread(1e-44, 3e38, 200) + even(0.5, 2, 60), spread(5e-324, 1e308, 60))
put("log1p", mpmath.log1p, tiny + both(1e-9, 0.999, 100) + spread(1, 3e38, 80), spread(1e-300, 1e308, 60))
put("log2", lambda x: mpmath.log(x, 2), spread(1e-44, 3e38, 200) + even(0.5, 2, 60), spread(5e-324, 1e308, 60))
put("log10", mpmath.log10, spread(1e-44, 3e38, 200) + even(0.5, 2, 60), spread(5e-324, 1e308, 60))
put("sqrt", mpmath.sqrt, spread(1e-44, 3e38, 60))
put("rsqrt", lambda x: 1 / mpmath.sqrt(x), spread(1e-37, 3e37, 60))
put("cbrt", lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), both(1e-37, 3e38, 60), both(1e-307, 1e308, 40))
angles = tiny + both(1e-6, 100, 100) + both(100, 3e38, 150) + [np.pi * k / 2 for k in range(1, 60)]
put("sin", mpmath.sin, angles, both(1e-300, 1e300, 60))
put("cos", mpmath.cos, angles, both(1e-300, 1e300, 60))
put("tan", mpmath.tan, angles, both(1e-300, 1e300, 60))
unit = tiny + both(1e-8, 1, 120) + [1 - 2.0**-k for k in range(2, 25)]
put("asin", mpmath.asin, unit, both(1e-300, 1, 40))
put("acos", mpmath.acos, unit, both(1e-300, 1, 40))
put("atan", mpmath.atan, tiny + both(1e-8, 3e38, 200), both(1e-300, 1e308, 60))
put("sinh", mpmath.sinh, tiny + both(1e-7, 89.4, 150), both(1e-300, 710, 60))
put("cosh", mpmath.cosh, tiny + both(1e-7, 89.4, 150), both(1e-300, 710, 60))
put("tanh", mpmath.tanh, tiny + both(1e-7, 50, 150), both(1e-300, 30, 60))
put("asinh", mpmath.asinh, tiny + both(1e-8, 3e38, 150), both(1e-300, 1e308, 60))
put("acosh", mpmath.acosh, [1 + 2.0**-k for k in range(1, 23)] + spread(1, 3e38, 150), spread(1.0000001, 1e308, 60))
put("atanh", mpmath.atanh, unit[: 5 + 240], both(1e-300, 0.9999999, 40))
put("erf", mpmath.erf, tiny + both(1e-8, 6, 150), both(1e-300, 7, 60))
put("erfc", mpmath.erfc, tiny + both(1e-8, 9.1, 150), both(1e-300, 26, 80))
inner = [1 - 2.0**-k for k in range(2, 25)]
put("erfinv", mpmath.erfinv, tiny + both(1e-7, 0.99, 100) + inner, both(1e-300, 1e-8, 10) + [1 - 2.0**-k for k in range(25, 53)])
positive = spread(1e-37, 0.5, 60) + even(0.5, 3, 150) + spread(3, 1e30, 80)
negative = even(-0.9, -0.1, 20) + even(-9.9, -1.1, 60) + even(-40.3, -10, 30)
put("lgamma", gamma_log, positive + [x for x in negative if abs(x - round(x)) > 1e-3], spread(1e-300, 1e300, 60))
put("digamma", mpmath.digamma, spread(1e-37, 0.5, 60) + even(0.5, 3, 150) + spread(3, 3e38, 80) + negative, spread(1e-300, 1e300, 60))
put("trigamma", lambda x: mpmath.psi(1, x), spread(1e-18, 0.5, 60) + even(0.5, 30, 100) + spread(30, 1e37, 60) + negative, spread(1e-150, 1e300, 60))
put("polygamma2", lambda x: mpmath.psi(2, x), spread(1e-12, 0.5, 60) + even(0.5, 30, 100) + spread(30, 1e18, 60) + negative)
put("polygamma5", lambda x: mpmath.psi(5, x), spread(1e-5, 0.5, 60) + even(0.5, 30, 100) + spread(30, 1e6, 60) + negative)
put("sigmoid", lambda x: 1 / (1 + mpmath.exp(-x)), tiny + both(1e-7, 87, 120), both(1e-7, 700, 60))
put("softplus", lambda x: mpmath.log1p(mpmath.exp(x)), tiny + both(1e-7, 87, 120), both(1e-7, 700, 60))

a = np.array(spread(1e-30, 1e30, 100) + even(0.5, 2, 60) + spread(-1e-3, -1e3, 20), np.float32).astype(np.float64)
b = np.array(even(-3, 3, 100) + even(-100, 100, 60) + list(range(-10, 10)), np.float32).astype(np.float64)


def pair(name, f, x, y):
    out[f"{name}/a"], out[f"{name}/b"] = x, y
    out[f"{name}/y"] = np.array([float(f(mpf(float(u)), mpf(float(v)))) for u, v in zip(x, y)])


pair("pow", lambda x, y: x**y, a, b)
wide = np.array(both(1e-37, 1e37, 60), np.float32).astype(np.float64)
other = wide.copy()
random.shuffle(other)
pair("atan2", mpmath.atan2, wide, other)
pair("hypot", mpmath.hypot, wide, other)

write(sys.argv[1] + "/functions.safetensors", out)
