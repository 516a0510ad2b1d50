import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from fervideo.errors import ModelError
from fervideo.models.resnet import Bottleneck, ResNet50
from fervideo.models.se_resnet import STAGES_1_TO_3, SEResNet50, SqueezeExcite
from fervideo.training.run import load_start


def test_a_gate_is_what_hu_et_al_write():
    torch.manual_seed(0)
    gate = SqueezeExcite(8, reduction=4).double()
    x = np.random.default_rng(0).normal(size=(2, 8, 3, 5))
    w1, b1, w2, b2 = (p.detach().numpy() for p in gate.parameters())
    z = x.mean((2, 3))
    s = 1 / (1 + np.exp(-(np.maximum(z @ w1.T + b1, 0) @ w2.T + b2)))
    np.testing.assert_allclose(gate(torch.tensor(x)).detach(), x * s[:, :, None, None])


def test_gates_lie_between_nothing_and_everything():
    gate = SqueezeExcite(32)
    gates = gate.gates(100 * torch.randn(6, 32, 4, 4))
    assert gates.shape == (6, 32)
    assert bool((gates >= 0).all()) and bool((gates <= 1).all())
    assert gates.std() > 0.01  # they depend on what they see


def test_the_branch_is_gated_before_it_is_added():
    block = Bottleneck(16, 4, gate=SqueezeExcite(16, 4)).eval()
    nn.init.ones_(block.bn3.weight)
    x = torch.randn(2, 16, 5, 5)
    nn.init.constant_(block.gate.widen.bias, -1e4)  # shut
    nn.init.zeros_(block.gate.widen.weight)
    torch.testing.assert_close(block(x), x.relu())


def test_has_the_published_parameters_and_a_gate_in_each_block():
    with torch.device("meta"):
        network = SEResNet50()
    body = [p for n, p in network.named_parameters() if not n.startswith(("embed.", "head."))]
    # 28,088,024 of the published network, less its layer of 1000 classes
    assert sum(p.numel() for p in body) == 28_088_024 - 2048 * 1000 - 1000
    blocks = [m for m in network.modules() if isinstance(m, Bottleneck)]
    assert len(blocks) == 16 and all(isinstance(b.gate, SqueezeExcite) for b in blocks)


def test_stages_to_freeze_are_the_first_three():
    with torch.device("meta"):
        names = [n for n, _ in SEResNet50().named_parameters()]
    free = {n.split(".")[0] for n in names if not n.startswith(STAGES_1_TO_3)}
    assert free == {"layer3", "layer4", "embed", "head"}


def test_starts_from_a_plain_resnet_with_open_gates(tmp_path):
    torch.manual_seed(3)
    plain, gated = ResNet50(7).eval(), SEResNet50(7).eval()
    for block in (m for m in plain.modules() if isinstance(m, Bottleneck)):
        nn.init.constant_(block.bn3.weight, 0.3)
    save_file(plain.state_dict(), tmp_path / "plain.safetensors")
    fresh = load_start(gated, tmp_path / "plain.safetensors")
    assert len(fresh) == 16 * 4 and all(".gate." in name for name in fresh)
    images = torch.randn(2, 3, 64, 64)
    near = torch.cosine_similarity(plain(images).embedding, gated(images).embedding)
    assert near.min() > 0.95
    save_file({"conv1.weight": plain.conv1.weight}, tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match="expected the layers of SEResNet50"):
        load_start(gated, tmp_path / "other.safetensors")
