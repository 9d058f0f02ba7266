"""Golden numbers of function transforms, from torch.func: python make_transforms.py ../resources/golden"""

import sys

import torch
import torch.nn.functional as F
from torch.func import grad, hessian, jacfwd, jacrev, jvp, vmap

from safetensors_file import write

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
out = {}


def put(name, value):
    out[name] = value.detach().numpy().copy()


# A network of two dense layers, tanh between, cross entropy of one example.
params = {"w1": torch.randn(3, 4), "b1": torch.randn(4), "w2": torch.randn(4, 2), "b2": torch.randn(2)}
xs = torch.randn(5, 3)
labels = torch.tensor([0, 1, 1, 0, 1])


def net(p, x):
    return torch.tanh(x @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]


def loss(p, x, label):
    return F.cross_entropy(net(p, x), label)


for name, value in params.items():
    put(f"mlp/{name}", value)
put("mlp/x", xs)
put("mlp/labels", labels.int())
for name, value in vmap(grad(loss), in_dims=(None, 0, 0))(params, xs, labels).items():
    put(f"mlp/each/{name}", value)
mean = lambda p: vmap(loss, in_dims=(None, 0, 0))(p, xs, labels).mean()
blocks = hessian(mean)(params)
for i in params:
    for j in params:
        put(f"mlp/hessian/{i}/{j}", blocks[i][j])
v = {name: torch.randn_like(value) for name, value in params.items()}
for name, value in v.items():
    put(f"mlp/v/{name}", value)
for name, value in jvp(grad(mean), (params,), (v,))[1].items():
    put(f"mlp/hvp/{name}", value)
put("mlp/jvp", jvp(lambda p: net(p, xs), (params,), (v,))[1])
put("mlp/jacobian/x", jacrev(lambda x: net(params, x))(xs[0]))
for name, value in jacfwd(lambda p: net(p, xs))(params).items():
    put(f"mlp/jacobian/{name}", value)
third = lambda x: hessian(lambda y: loss(params, y, labels[0]))(x)
put("mlp/third", jacfwd(third)(xs[0]))

# A convolution, a pool and a dense layer: gradients of every image.
conv = {"k": torch.randn(3, 2, 3, 3), "w": torch.randn(3 * 2 * 2, 4)}
images = torch.randn(4, 2, 6, 5)


def image_loss(p, image, label):
    y = F.max_pool2d(torch.relu(F.conv2d(image[None], p["k"], padding=1, stride=1)), 3, stride=2)
    return F.cross_entropy(y.flatten(1) @ p["w"], label[None])


for name, value in conv.items():
    put(f"conv/{name}", value)
put("conv/x", images)
targets = torch.tensor([0, 3, 1, 2])
put("conv/labels", targets.int())
for name, value in vmap(grad(image_loss), in_dims=(None, 0, 0))(conv, images, targets).items():
    put(f"conv/each/{name}", value)
direction = {name: torch.randn_like(value) for name, value in conv.items()}
total = lambda p: vmap(image_loss, in_dims=(None, 0, 0))(p, images, targets).sum()
for name, value in direction.items():
    put(f"conv/v/{name}", value)
for name, value in jvp(grad(total), (conv,), (direction,))[1].items():
    put(f"conv/hvp/{name}", value)

write(sys.argv[1] + "/transforms.safetensors", out)
