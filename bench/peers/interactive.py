"""The expressions of Expressions.java in PyTorch: CSV of expression, median, 95 % and 99 % in ms."""
import random
import time

import torch

SECONDS = 4


def gradient(x, y, number):
    x = x.clone().requires_grad_()
    (x * y * number).sin().square().sum().backward()
    return x.grad


EXPRESSIONS = {
    "elementwise": lambda x, y, number: (x * number + y).exp() - 1,
    "mean": lambda x, y, number: (x * y + number).mean(),
    "chain": lambda x, y, number: ((x - y).exp() / (y.square() + number)).tanh(),
    "softmax": lambda x, y, number: torch.softmax(x * number, -1),
    "gradient": gradient,
    "product": lambda x, y, number: (x @ y.T * number).tanh(),
}


def main():
    print("version", torch.__version__, sep=",")
    random.seed(1)
    for name, expression in EXPRESSIONS.items():
        times = []
        end = time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            # Another shape and number, as often as in InteractiveBenchmark.again.
            rows, columns = random.randint(1, 96), random.randint(1, 96)
            x, y = torch.rand(rows, columns), torch.rand(rows, columns)
            number = 1 + random.random()
            pause = time.perf_counter() + SECONDS / 20
            while time.perf_counter() < pause:
                begin = time.perf_counter()
                str(expression(x, y, number))
                times.append((time.perf_counter() - begin) * 1e3)
        times.sort()
        at = [times[min(len(times) - 1, int(len(times) * q))] for q in (0.5, 0.95, 0.99)]
        print(name, *(f"{t:.4f}" for t in at), sep=",")


if __name__ == "__main__":
    main()
