"""What a process costs: its CPU time to the nanosecond, its memory, and how long it lets us wait."""

import http.client
import os
import platform
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


def cpu_seconds(process: int) -> float:
    """The CPU time of a process in all its threads so far, as its scheduler counts it."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def memory(process: int) -> tuple[float, float]:
    """Resident megabytes now, and at most so far."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return tuple(int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]


def machine() -> str:
    """The computer by its processor, cores and memory, and what runs on it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    kilobytes = int(Path("/proc/meminfo").read_text().split()[1])
    return f"{model}, {os.cpu_count()} cores, {kilobytes / 2**20:.0f} GB, CPython {platform.python_version()}"


@dataclass(slots=True)
class Samples:
    """What several requests took, each."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # one for each round

    @property
    def wall_median(self) -> float:
        return statistics.median(self.wall)

    @property
    def cpu_median(self) -> float:
        return statistics.median(self.cpu)


@dataclass(slots=True)
class Visitor:
    """A browser that keeps its connection, and the process that answers it."""

    port: int
    process: int
    headers: dict[str, str]
    _connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str) -> bytes:
        self._connection.request("GET", path, headers=self.headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:500]!r}")
        return body

    def measure(self, path: str, requests: int, into: Samples) -> None:
        """Ask for a page again and again; its CPU time is that of all requests, divided."""
        # The server closes a connection on which nothing came for some seconds, as while the other one is measured.
        self._connection.close()
        self.get(path)
        before = cpu_seconds(self.process)
        for _ in range(requests):
            began = time.perf_counter()
            self.get(path)
            into.wall.append(time.perf_counter() - began)
        into.cpu.append((cpu_seconds(self.process) - before) / requests)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table, the first being its head."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])
