"""Timed runs of programs, with the CPU time that other processes used meanwhile.

A run is *clean* if the others used less than a limit, given in cores; medians are taken over clean runs where there are
enough of them, and figures are marked as contended where there are not.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field


class ProgramFailed(Exception):
    """A program ended with an error; the message has its name and last output."""


@dataclass
class Run:
    """One run of a program."""

    seconds: float
    output: str
    others: float | None  # cores used by other processes; None without /proc/stat
    peak_megabytes: float
    noticed: float | None = None  # seconds until something was written to the file that was watched


@dataclass
class Sample:
    """The result of a contender's pass: figures by name, and the others' CPU use meanwhile."""

    figures: dict
    others: float | None


@dataclass
class Series:
    """All passes of a contender."""

    samples: list = field(default_factory=list)
    limit: float = 0.06

    def is_clean(self, sample):
        return sample.others is None or sample.others < self.limit

    @property
    def clean(self):
        return [sample for sample in self.samples if self.is_clean(sample)]

    @property
    def used(self):
        """The clean passes if they are at least three or all, else all."""
        clean = self.clean
        return clean if len(clean) >= min(3, len(self.samples)) else self.samples

    @property
    def contended(self):
        return len(self.clean) < len(self.used)

    def values(self, name):
        return [sample.figures[name] for sample in self.used if name in sample.figures]

    def median(self, name):
        return statistics.median(self.values(name))

    def largest(self, name):
        return max(self.values(name))


def _busy_seconds():
    """CPU seconds of all processes since the start, or None."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            user, nice, system, _, _, interrupt, soft_interrupt = (int(x) for x in file.readline().split()[1:8])
    except OSError:
        return None
    return (user + nice + system + interrupt + soft_interrupt) / os.sysconf("SC_CLK_TCK")


def _own_seconds():
    usage = os.times()
    return usage.user + usage.system


def others_now(seconds=0.5):
    """Cores in use while this process sleeps."""
    before = _busy_seconds()
    time.sleep(seconds)
    return None if before is None else (_busy_seconds() - before) / seconds


def wait_until_quiet(limit, at_most):
    """Waits until other processes use less than `limit` cores, for a limited number of seconds."""
    ends = time.monotonic() + at_most
    while time.monotonic() < ends:
        others = others_now()
        if others is None or others < limit:
            return


def run(command, environment=None, standard_input=None, watch=None):
    """Runs a program to its end.

    `environment` is added to this process's; `standard_input` names a file; `watch` names a file that the program
    writes, and the run records when it was first not empty.
    """
    source = open(standard_input, "rb") if standard_input else subprocess.DEVNULL
    with tempfile.TemporaryFile() as errors:
        busy, own, started = _busy_seconds(), _own_seconds(), time.perf_counter()
        try:
            process = subprocess.Popen(
                command, stdin=source, stdout=subprocess.PIPE, stderr=errors, env=os.environ | (environment or {}))
        except OSError as error:
            raise ProgramFailed(f"{command[0]}: {error.strerror}") from error
        finally:
            if standard_input:
                source.close()
        noticed = []
        ended = threading.Event()
        watcher = threading.Thread(target=_watch, args=(watch, started, noticed, ended))
        if watch:
            watcher.start()
        output = process.stdout.read()
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        if watch:
            watcher.join()
        others = None
        if busy is not None:
            ours = usage.ru_utime + usage.ru_stime + _own_seconds() - own
            # Less two clock ticks, the grain of the counters.
            others = max(0.0, _busy_seconds() - busy - ours - 2 / os.sysconf("SC_CLK_TCK")) / seconds
        if process.returncode:
            errors.seek(0)
            words = errors.read().decode(errors="replace").strip().splitlines()[-3:]
            raise ProgramFailed(f"{os.path.basename(command[0])} ended with {process.returncode}: " + " / ".join(words))
    # Linux counts kilobytes, macOS bytes.
    peak = usage.ru_maxrss / (1024 if sys.platform.startswith("linux") else 1 << 20)
    return Run(seconds, output.decode(), others, peak, noticed[0] if noticed else None)


def _watch(path, started, noticed, ended):
    while not ended.is_set():
        if os.path.exists(path) and os.path.getsize(path) > 0:
            noticed.append(time.perf_counter() - started)
            return
        time.sleep(0.005)


def sample(figures, *runs):
    """A sample from one or several runs; the busiest of them counts."""
    others = [one.others for one in runs if one.others is not None]
    return Sample(figures, max(others) if others else None)


def measure(contenders, repeats, extra, limit, wait, say):
    """Runs the contenders in turn, round after round, so that a slow minute of the machine hits all of them.

    `contenders` are functions by name, each giving a `Sample`. After `repeats` rounds, up to `extra` more are run for
    those that were disturbed. A peer that fails is named and left out; if Discern fails, the benchmark ends.
    """
    results = {name: Series(limit=limit) for name in contenders}
    failed = {}
    for round_ in range(1, repeats + extra + 1):
        for name, contender in contenders.items():
            series = results[name]
            if name in failed or (round_ > repeats and len(series.clean) >= repeats):
                continue
            wait_until_quiet(limit, wait)
            say(f"  round {round_}: {name}")
            try:
                series.samples.append(contender())
            except ProgramFailed as failure:
                if name.startswith("Discern"):
                    raise
                say(f"  {name} is left out: {failure}")
                failed[name] = str(failure)
    return {name: series for name, series in results.items() if series.samples and name not in failed}, failed
