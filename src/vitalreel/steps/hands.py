"""The processes that speak and draw: one sentence, scene or sound track at a time, the most urgent first."""

from __future__ import annotations

import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

from vitalreel.edges import gl
from vitalreel.edges.memory import give_back
from vitalreel.edges.voices.cache import voice_here
from vitalreel.ports import Done, Voice

T = TypeVar("T")
GIVES_WAY = 5
"""Steps of niceness of what draws: a third of the share of what is not nice."""
Urgency = tuple[int, int]
"""The film's priority, then what comes first within a film. Lower is sooner."""


@dataclass(order=True, slots=True)
class _Task:
    urgency: Urgency
    number: int
    work: Callable[[], Any] = field(compare=False)
    done: Future[Any] = field(compare=False)


class Hands:
    """`count` processes, started when first needed.

    start: called in each process before its first work; None: `drawing`. Work and its answers cross process borders, so they must pickle.
    apart: whether work is done in other processes, so that its CPU time is not this one's; None: where there are two or more.
    Otherwise it is done at once in the caller's own thread.
    A process that dies takes what all of them had in hand with it (BrokenProcessPool for each); new ones take its place.
    """

    def __init__(self, count: int, start: Callable[[], object] | None = None, apart: bool | None = None) -> None:
        self.count = count
        self.apart = count > 1 if apart is None else apart
        self._start = start or drawing
        self._lock = threading.RLock()  # a future that is done already calls back at once
        self._waiting: list[_Task] = []
        self._numbers = itertools.count()
        self._busy = 0
        self._pool: ProcessPoolExecutor | None = None
        self._closed = False

    def give(self, urgency: Urgency, work: Callable[[], T]) -> Future[Done[T]]:
        """Have a piece of work done."""
        done: Future[Done[T]] = Future()
        if not self.apart:
            try:
                done.set_result(_timed(work, time.thread_time))
            except Exception as e:  # noqa: BLE001 (whoever asks for the result gets it)
                done.set_exception(e)
            return done
        with self._lock:
            heapq.heappush(self._waiting, _Task(urgency, next(self._numbers), work, done))
        self._fill()
        return done

    def warm(self) -> None:
        """Start the processes now, so that the first film does not wait for them."""
        if self.apart:
            for ready in [self.give((0, 0), _nothing) for _ in range(self.count)]:
                ready.result()

    def close(self) -> None:
        """Let go of what waits, finish what is in hand, end the processes."""
        with self._lock:
            self._closed = True
            for task in self._waiting:
                task.done.cancel()
            self._waiting.clear()
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def _fill(self) -> None:
        with self._lock:
            while self._busy < self.count and self._waiting and not self._closed:
                task = heapq.heappop(self._waiting)
                if not task.done.set_running_or_notify_cancel():
                    continue
                if self._pool is None:  # spawned, not forked: skia and onnxruntime have threads
                    self._pool = ProcessPoolExecutor(self.count, get_context("spawn"), _begin, (self._start,))
                self._busy += 1
                pool = self._pool
                try:
                    inner = pool.submit(_worked, task.work)
                except BrokenProcessPool as e:
                    inner = Future()
                    inner.set_exception(e)
                inner.add_done_callback(partial(self._landed, pool, task.done))

    def _landed(self, pool: ProcessPoolExecutor, outer: Future[Any], inner: Future[Any]) -> None:
        error = CancelledError() if inner.cancelled() else inner.exception()
        with self._lock:
            self._busy -= 1
            if isinstance(error, BrokenProcessPool) and self._pool is pool:
                self._pool = None
        self._fill()
        if error is not None:
            outer.set_exception(error)
        else:
            outer.set_result(inner.result())


def drawing() -> None:
    """A start for processes that draw. They give way to all else: to a film's sound, which takes longest, and to pages."""
    os.nice(GIVES_WAY)
    gl.ready()


def speaking(make: Callable[[], Voice], name: str) -> None:
    """A start for processes that draw, and speak with this voice."""
    drawing()
    voice_here(make, name).speak("Ready.", {})


def _begin(start: Callable[[], object]) -> None:
    """In a new process: end with the one that started it, however that ends."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _worked(work: Callable[[], T]) -> Done[T]:
    """In a process of ours: work, timed, and what it needed no more given back."""
    done = _timed(work, time.process_time)
    give_back()
    return done


def _timed(work: Callable[[], T], clock: Callable[[], float]) -> Done[T]:
    began = clock()
    value = work()
    return Done(value, clock() - began)


def _nothing() -> None:
    """Work that takes no time."""
