"""Writes the networks of W8a and W8b as ONNX files, without the onnx package: a model is a few nested records of
protocol buffers (https://onnx.ai/onnx/repo-docs/IR.html)."""
import struct

FLOAT = 1


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, value):
    """A field of a record: an integer, or text, bytes and records with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def attribute(name, value):
    if isinstance(value, float):
        return field(1, name) + varint(2 << 3 | 5) + struct.pack("<f", value) + field(20, 1)
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, 2)
    return field(1, name) + b"".join(field(8, v) for v in value) + field(20, 7)


def value_info(name, shape):
    extents = b"".join(field(1, field(1, extent)) for extent in shape)
    return field(1, name) + field(2, field(1, field(1, FLOAT) + field(2, extents)))


class Graph:
    """Collects nodes and weights; every value has a number as its name."""

    def __init__(self):
        self.parts = []
        self.values = 0

    def name(self):
        self.values += 1
        return "v%d" % self.values

    def node(self, op, inputs, **attributes):
        out = self.name()
        record = b"".join(field(1, i) for i in inputs) + field(2, out) + field(4, op)
        self.parts.append(field(1, record + b"".join(field(5, attribute(k, v)) for k, v in attributes.items())))
        return out

    def weight(self, tensor):
        name = self.name()
        array = tensor.detach().numpy().astype("<f4")
        extents = b"".join(field(1, extent) for extent in array.shape)
        self.parts.append(field(5, extents + field(2, FLOAT) + field(8, name) + field(9, array.tobytes())))
        return name

    def model(self, input_name, input_shape, output_name, output_shape):
        graph = b"".join(self.parts) + field(2, "network")
        graph += field(11, value_info(input_name, input_shape)) + field(12, value_info(output_name, output_shape))
        return field(1, 8) + field(7, graph) + field(8, field(2, 17))


def add(graph, module, x):
    """Adds a PyTorch module that reads x; returns its output."""
    kind = type(module).__name__
    if kind == "Sequential":
        for part in module:
            x = add(graph, part, x)
        return x
    if kind == "Linear":
        return graph.node("Gemm", [x, graph.weight(module.weight), graph.weight(module.bias)], transB=1)
    if kind == "Conv2d":
        (kernel, _), (stride, _), (pad, _) = module.kernel_size, module.stride, module.padding
        return graph.node("Conv", [x, graph.weight(module.weight)], kernel_shape=[kernel] * 2, strides=[stride] * 2,
                          pads=[pad] * 4)
    if kind == "BatchNorm2d":
        state = [module.weight, module.bias, module.running_mean, module.running_var]
        return graph.node("BatchNormalization", [x, *(graph.weight(s) for s in state)], epsilon=module.eps)
    if kind == "ResidualBlock":
        y = graph.node("Relu", [add(graph, module.first, x)])
        return graph.node("Relu", [graph.node("Add", [add(graph, module.second, y), add(graph, module.shortcut, x)])])
    if kind == "Identity":
        return x
    return graph.node({"ReLU": "Relu", "AdaptiveAvgPool2d": "GlobalAveragePool", "Flatten": "Flatten"}[kind], [x])


def model_of(module, x):
    """The bytes of an ONNX file of a PyTorch module for inputs like x."""
    graph = Graph()
    return graph.model("x", x.shape, add(graph, module, "x"), module(x).shape)
