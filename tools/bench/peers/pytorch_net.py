"""The nets and update rules of workloads in PyTorch, see ../workload.ts."""

import math

import torch
from torch import nn

activations = {"relu": nn.ReLU, "tanh": nn.Tanh}


class LastOutput(nn.Module):
    """An LSTM whose result is its last output."""

    def __init__(self, features, units):
        super().__init__()
        self.lstm = nn.LSTM(features, units, batch_first=True)

    def forward(self, x):
        return self.lstm(x)[0][:, -1]


def build(layers, shape, with_one_bias):
    """
    The layers as modules, and what copies the values of each from tensors of our layouts. PyTorch's LSTM has a second
    bias beside the first; ours has one.
    """
    modules, loaders = [], {}
    # The image before it was flattened: we have channels last, PyTorch has them first.
    image = None
    for i, layer in enumerate(layers):
        kind = layer["kind"]
        if kind == "dense":
            module = nn.Linear(shape[-1], layer["units"])
            loaders[f"{i}/weights"] = (module.weight, linear(image))
            loaders[f"{i}/bias"] = (module.bias, lambda value: value)
            shape, image = [layer["units"]], None
        elif kind == "conv":
            size, filters = layer["size"], layer["filters"]
            module = nn.Conv2d(shape[2], filters, size)
            loaders[f"{i}/filter"] = (module.weight, lambda value: value.permute(3, 2, 0, 1))
            loaders[f"{i}/bias"] = (module.bias, lambda value: value)
            shape = [shape[0] - size + 1, shape[1] - size + 1, filters]
        elif kind == "maxPool":
            module = nn.MaxPool2d(layer["size"])
            shape = [shape[0] // layer["size"], shape[1] // layer["size"], shape[2]]
        elif kind == "flatten":
            module = nn.Flatten()
            shape, image = [math.prod(shape)], shape
        elif kind == "dropout":
            module = nn.Dropout(layer["rate"])
        elif kind == "lstm":
            module = LastOutput(shape[-1], layer["units"])
            own = module.lstm
            loaders[f"{i}/input"] = (own.weight_ih_l0, lambda value: value.T)
            loaders[f"{i}/recurrent"] = (own.weight_hh_l0, lambda value: value.T)
            loaders[f"{i}/bias"] = (own.bias_ih_l0, lambda value: value)
            shape = [layer["units"]]
            if with_one_bias:
                nn.init.zeros_(own.bias_hh_l0).requires_grad_(False)
        else:
            raise ValueError(f"layer {kind}")
        modules.append(module)
        if "activation" in layer:
            modules.append(activations[layer["activation"]]())
    return nn.Sequential(*modules), loaders


def linear(image):
    """How our weights become PyTorch's, where the inputs are a flattened image."""
    if image is None:
        return lambda value: value.T
    return lambda value: value.reshape(*image, -1).permute(3, 2, 0, 1).reshape(value.shape[1], -1)


def optimizer_for(model, spec):
    """The update rule with the constants of the workload."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    if spec["kind"] == "adam":
        return torch.optim.Adam(parameters, lr=spec["learningRate"])
    return torch.optim.SGD(parameters, lr=spec["learningRate"], momentum=spec.get("momentum", 0))
