"""Prints the orders that BatchesTest.ordersNeverChange expects: an independent SplitMix64 shuffle."""

MASK = 2**64 - 1
GAMMA = 0x9E3779B97F4A7C15


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def permutation(size, seed, stream):
    order = list(range(size))
    key = mix((mix((seed + GAMMA) & MASK) + stream * GAMMA) & MASK)
    for i in range(size - 1, 0, -1):
        j = mix((key + i * GAMMA) & MASK) * (i + 1) >> 64
        order[i], order[j] = order[j], order[i]
    return order


for stream in (0, 1, -1):
    print(stream, permutation(10, 7, stream))
