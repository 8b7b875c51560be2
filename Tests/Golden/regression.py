#!/usr/bin/env python3
"""Prints the losses and gradients that RegressionLossTests.swift holds (needs torch).

usage: Tests/Golden/regression.py
"""

import torch
from torch.nn.functional import huber_loss, l1_loss, mse_loss

OUTPUTS = [0.5, -1.25, 3, 0, 2.5, -0.75]
TARGETS = [1, -1, 0, 0.25, 2.5, 1.25]

for name, loss in [
    ("absolute", lambda a, b: l1_loss(a, b, reduction="sum")),
    ("squared", lambda a, b: mse_loss(a, b, reduction="sum")),
    ("huber 1", lambda a, b: huber_loss(a, b, reduction="sum", delta=1.0)),
    ("huber 0.5", lambda a, b: huber_loss(a, b, reduction="sum", delta=0.5)),
]:
    outputs = torch.tensor(OUTPUTS, requires_grad=True)
    value = loss(outputs, torch.tensor(TARGETS, dtype=torch.float32))
    # The test asks for a weight of 2 and a divisor of 4.
    (value * 2 / 4).backward()
    print(name, value.item(), outputs.grad.tolist())
