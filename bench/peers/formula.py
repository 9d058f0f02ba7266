"""The numbers of Formula.kt: weights and data that all systems compute alike, so that their losses can be compared."""
import math

import numpy as np

DATA_STREAM = 1000  # of the first batch; below are the parameters, one stream each


def bits(stream, count):
    """MurmurHash3's finalizer of the index, 24 bits."""
    h = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9)
    h += np.uint32(stream * 0x85EBCA6B & 0xFFFFFFFF)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return (h ^ (h >> np.uint32(16))) >> np.uint32(8)


def uniform(stream, shape, bound=1.0):
    numbers = bits(stream, math.prod(shape)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)
    return (numbers * np.float32(bound)).reshape(shape)


def classes(stream, shape, count):
    return (bits(stream, math.prod(shape)) % np.uint32(count)).astype(np.int64).reshape(shape)


def parameter(stream, shape, scale=False):
    """Uniform in ±1/√(values that flow in); in ±0.1 for one axis, around 1 for a scale."""
    if len(shape) > 1:
        return uniform(stream, shape, np.float32(1) / np.sqrt(np.float32(math.prod(shape[1:]))))
    numbers = uniform(stream, shape, 0.1)
    return numbers + np.float32(1) if scale else numbers


def images(batch, shape):
    """Batch number `batch`: values of mean 0 and variance 1."""
    return uniform(DATA_STREAM + 2 * batch, shape, np.sqrt(np.float32(3)))


def tokens(batch, shape, vocabulary):
    return classes(DATA_STREAM + 2 * batch, shape, vocabulary)


def labels(batch, shape, count):
    return classes(DATA_STREAM + 2 * batch + 1, shape, count)
