"""The reader's whole network: a light CNN, a few small attention blocks, CTC.

The architecture is the recogniser of PP-OCRv6-small (PaddleOCR, Apache-2.0; see weights/NOTICE), whose
published weights `pretrained.py` can load: a re-parameterised LCNet backbone and the SVTR neck
(Du et al., "SVTR", IJCAI 2022). Ours takes one grey plane, keeps four pixels a frame where the original
keeps eight (narrow digits need the frames), and has no batch normalisation left: every one is folded into the
convolution before it, which also freezes its statistics. It can grow (`larger.py`): the neck then sees the
three rows of the CNN's map one by one, where the original sees their mean, and has more than two blocks.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from recognition.reader.charset import ALPHABET

BLOCKS = ((96, (True, False, False)), (192, (True, False) * 3), (384, (True, False)))
"""Channels of each stage, and for each of its blocks whether it squeezes and excites."""

MAP_ROWS = 3
"""Height of the CNN's last map."""


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """What a checkpoint must say to be rebuilt.

    `rows` of the CNN's map that the neck sees: 1 (their mean) or 3; `layers`: attention blocks of the neck;
    `last_hidden`: channels between the two convolutions of the CNN's last block.
    """

    classes: int = len(ALPHABET) + 1
    stride: int = 4
    dropout: float = 0.1
    shortcut: bool = True
    rows: int = 1
    layers: int = 2
    last_hidden: int = 2 * BLOCKS[-1][0]

    def __post_init__(self) -> None:
        if self.stride not in (4, 8):
            raise ValueError(f"stride is {self.stride}: the network can keep 4 or 8 pixels a frame")
        if self.rows not in (1, MAP_ROWS):
            raise ValueError(f"rows is {self.rows}: the neck can see 1 row, the mean, or all {MAP_ROWS}")

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


class Stem(nn.Module):
    """Grey plane to 96 channels at a quarter of the size."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Conv2d(1, 48, 3, stride=2, padding=1)
        self.narrow = nn.Conv2d(48, 24, 2)
        self.widen = nn.Conv2d(24, 48, 2)
        self.reduce = nn.Conv2d(96, 48, 3, stride=2, padding=1)
        self.leave = nn.Conv2d(48, 96, 1)

    def forward(self, image: Tensor) -> Tensor:  # (N, 1, 48, W) in 0..1
        x = F.relu(self.enter(image * 2 - 1))  # (N, 48, 24, W/2)
        branch = F.relu(self.narrow(_padded(x)))
        branch = F.relu(self.widen(_padded(branch)))
        x = torch.cat([F.max_pool2d(_padded(x), 2, stride=1), branch], dim=1)  # (N, 96, 24, W/2)
        return F.relu(self.leave(F.relu(self.reduce(x))))  # (N, 96, 12, W/4)


def _padded(x: Tensor) -> Tensor:
    """One column right and one row below, so that a 2 x 2 window keeps the size (all values are >= 0)."""
    return F.pad(x, (0, 1, 0, 1))


class SqueezeExcite(nn.Module):
    """Channel gate from the mean over the crop (Hu et al., 2018), with the hard sigmoid of MobileNetV3."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(channels, channels // 4, 1)
        self.up = nn.Conv2d(channels // 4, channels, 1)

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        mean = x.mean(dim=(2, 3), keepdim=True)
        return x * F.hardsigmoid(self.up(F.relu(self.down(mean))))


class Mix(nn.Module):
    """Two pointwise convolutions with a GELU between them."""

    def __init__(self, channels: int, hidden: int, out: int) -> None:
        super().__init__()
        self.expand = nn.Conv2d(channels, hidden, 1)
        self.project = nn.Conv2d(hidden, out, 1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.project(F.gelu(self.expand(x)))
        return out


class Block(nn.Module):
    """Depthwise token mixing, then channel mixing on a residual (RepViT style, re-parameterised)."""

    def __init__(self, channels: int, squeeze: bool, hidden: int) -> None:
        super().__init__()
        self.space = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)
        self.gate = SqueezeExcite(channels) if squeeze else nn.Identity()
        self.mix = Mix(channels, hidden, channels)

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W) -> (N, C, H, W)
        x = self.gate(self.space(x))
        out: Tensor = x + self.mix(x)
        return out


class Descend(nn.Module):
    """Half the height, twice the channels, the same width."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.space = nn.Conv2d(channels, channels, 3, stride=(2, 1), padding=1, groups=channels)
        self.mix = Mix(channels, out, out)

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W) -> (N, out, H/2, W)
        out: Tensor = self.mix(self.space(x))
        return out


class Attention(nn.Module):
    """Pre-norm self-attention over the frames and a feed-forward layer, 8 heads of 15."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.heads = 8
        self.norm_attention = nn.LayerNorm(width, eps=1e-5)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm_feed = nn.LayerNorm(width, eps=1e-5)
        self.feed_in = nn.Linear(width, 2 * width)
        self.feed_out = nn.Linear(2 * width, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:  # (N, T, D)
        x = x + self.drop(self._attend(self.norm_attention(x)))
        hidden = F.silu(self.feed_in(self.norm_feed(x)))
        out: Tensor = x + self.drop(self.feed_out(hidden))
        return out

    def _attend(self, x: Tensor) -> Tensor:
        n, t, d = x.shape
        q, k, v = self.qkv(x).reshape(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        weights = torch.softmax((q * (d // self.heads) ** -0.5) @ k.transpose(-2, -1), dim=-1)  # (N, 8, T, T)
        out: Tensor = self.out((weights @ v).transpose(1, 2).reshape(n, t, d))
        return out


class Neck(nn.Module):
    """Frames that see their neighbours and the whole crop, beside a shortcut that does not."""

    width = 120

    def __init__(self, channels: int, config: NetworkConfig) -> None:
        super().__init__()
        dilation = 8 // config.stride
        self.shortcut = nn.Conv2d(channels, self.width, (config.rows, 1))
        self.enter = nn.Conv2d(channels, self.width, (config.rows, 1))
        # Dilated at the finer stride, so that a frame sees the same stretch of paper as it was trained to.
        self.near = nn.Conv2d(
            self.width, self.width, (1, 7), padding=(0, 3 * dilation), dilation=dilation, groups=self.width
        )
        self.far = nn.Sequential(*[Attention(self.width, config.dropout) for _ in range(config.layers)])
        self.norm = nn.LayerNorm(self.width, eps=1e-6)

    def forward(self, x: Tensor) -> Tensor:  # (N, C, rows, T) -> (N, T, 120)
        beside = F.silu(self.shortcut(x))
        x = F.silu(self.enter(x))
        x = x + F.silu(self.near(x))
        frames = self.norm(self.far(x.squeeze(2).transpose(1, 2)))
        out: Tensor = frames + beside.squeeze(2).transpose(1, 2)
        return out


class Reader(nn.Module):
    """Image to log-probabilities of characters a frame."""

    def __init__(self, config: NetworkConfig | None = None) -> None:
        super().__init__()
        self.config = config or NetworkConfig()
        self.stem = Stem()
        self.backbone = nn.Sequential(*_backbone(self.config.last_hidden))
        self.neck = Neck(BLOCKS[-1][0], self.config)
        self.head = nn.Linear(Neck.width, self.config.classes)
        self.early_head = nn.Linear(BLOCKS[-1][0], self.config.classes) if self.config.shortcut else None

    def forward(self, image: Tensor) -> Tensor:
        """image float (N, 1, 48, W), paper 1.0; gives float32 (N, T, classes), log-softmax, class 0 blank."""
        return F.log_softmax(self.head(self.neck(self.features(image))).float(), dim=-1)

    def training_outputs(self, image: Tensor) -> tuple[Tensor, Tensor | None]:
        """Log-probabilities of the head and of the shortcut head (None without one), both (N, T, classes).

        The shortcut head reads the CNN alone and is dropped at run time (Retsinas et al., DAS 2022).
        """
        columns = self.features(image)
        final = F.log_softmax(self.head(self.neck(columns)).float(), dim=-1)
        if self.early_head is None:
            return final, None
        early = self.early_head(columns.mean(dim=2).transpose(1, 2))
        return final, F.log_softmax(early.float(), dim=-1)

    def features(self, image: Tensor) -> Tensor:  # (N, 1, 48, W) -> (N, 384, rows, T)
        x: Tensor = self.backbone(self.stem(image))  # (N, 384, 3, W/4)
        height = MAP_ROWS // self.config.rows
        if self.config.stride == 8:
            return F.avg_pool2d(x, (height, 2))
        return F.avg_pool2d(F.pad(x, (0, 1, 0, 0), mode="replicate"), (height, 2), stride=(height, 1))


def _backbone(last_hidden: int) -> list[nn.Module]:
    layers: list[nn.Module] = []
    before = BLOCKS[0][0]
    for channels, squeezes in BLOCKS:
        if channels != before:
            layers.append(Descend(before, channels))
        layers.extend(Block(channels, squeeze, 2 * channels) for squeeze in squeezes[:-1])
        last = channels == BLOCKS[-1][0]
        layers.append(Block(channels, squeezes[-1], last_hidden if last else 2 * channels))
        before = channels
    return layers
