"""Batches made by worker processes ahead of training, in an order that does not depend on their number."""

from __future__ import annotations

import multiprocessing as mp
import os
import queue
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

import cv2

from recognition.crops.mixture import Batch, Mixture


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the stream of batches training stands."""

    block: int = 0
    batch: int = 0


def stream(mixture: Mixture, seed: int, start: Position) -> Iterator[tuple[Position, Batch]]:
    """Batches from `start` on, each with the position after it; made in this process."""
    number, skip = start.block, start.batch
    while True:
        yield from _rest_of_block(mixture.block(seed, number), number, skip)
        number, skip = number + 1, 0


def _rest_of_block(batches: list[Batch], number: int, skip: int) -> Iterator[tuple[Position, Batch]]:
    for k in range(skip, len(batches)):
        last = k + 1 == len(batches)
        yield (Position(number + 1, 0) if last else Position(number, k + 1)), batches[k]


class Feed:
    """Worker processes that keep two blocks each ready. Use as a context manager; iterate for batches."""

    def __init__(self, make: Callable[[], Mixture], seed: int, start: Position, workers: int) -> None:
        context = mp.get_context("spawn")
        self._start = start
        self._queues = [context.Queue(maxsize=2) for _ in range(workers)]
        self._processes = [
            context.Process(target=_work, args=(make, seed, start.block + k, workers, q), daemon=True)
            for k, q in enumerate(self._queues)
        ]

    def __enter__(self) -> Self:
        for process in self._processes:
            process.start()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
            process.join()

    def __iter__(self) -> Iterator[tuple[Position, Batch]]:
        number, skip = self._start.block, self._start.batch
        while True:
            lane = (number - self._start.block) % len(self._queues)
            yield from _rest_of_block(self._next_block(lane), number, skip)
            number, skip = number + 1, 0

    def _next_block(self, lane: int) -> list[Batch]:
        while True:
            try:
                received: list[Batch] = self._queues[lane].get(timeout=5)
                return received
            except queue.Empty:
                if not self._processes[lane].is_alive():
                    code = self._processes[lane].exitcode
                    raise RuntimeError(f"a process that makes training crops ended (exit {code})") from None


def _work(make: Callable[[], Mixture], seed: int, first: int, step: int, out: mp.Queue[list[Batch]]) -> None:
    cv2.setNumThreads(1)
    out.cancel_join_thread()  # nobody will take what is left when training has ended
    parent = os.getppid()
    mixture = make()
    number = first
    while os.getppid() == parent:  # a trainer that was killed leaves no worker behind
        block = mixture.block(seed, number)
        while os.getppid() == parent:
            try:
                out.put(block, timeout=5)
                break
            except queue.Full:
                continue
        number += step
