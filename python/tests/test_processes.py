"""Threads, forks, and memory over many models."""

import concurrent.futures
import multiprocessing
import os
import pickle
import subprocess
import sys
import textwrap
import threading
import time

import numpy
import pytest

import discern

TEXTS = [f"text {number} is lovely, number {number % 7} is not bad" for number in range(400)]


def in_child(work, seconds=60):
    """Runs work in a forked process; it must exit normally and return true."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if work() else 3)
        except BaseException:
            os._exit(4)
    end = time.time() + seconds
    while time.time() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    pytest.fail("the child did not end")


@pytest.mark.parametrize("threads", [1, 3])
def test_forks(model_path, threads):
    model = discern.load(model_path, threads=threads)
    # A child from before any thread was used, and one from after.
    fresh = discern.load(model_path, threads=threads)
    expected = model(TEXTS).probabilities
    for used in (fresh, model):
        assert in_child(lambda: numpy.array_equal(used(TEXTS).probabilities, expected))
        assert in_child(lambda: numpy.array_equal(discern.load(model_path)(TEXTS).probabilities, expected))
        # A child of a child.
        assert in_child(lambda: used(TEXTS[:9]) and in_child(lambda: numpy.array_equal(used(TEXTS).probabilities, expected)))
    assert numpy.array_equal(model(TEXTS).probabilities, expected)


def test_forks_while_others_classify(model_path):
    model = discern.load(model_path, threads=2)
    expected = model(TEXTS).probabilities
    ended = threading.Event()
    wrong = []

    def classify():
        while not ended.is_set():
            if not numpy.array_equal(model(TEXTS[:100]).probabilities, expected[:100]):
                wrong.append(1)

    workers = [threading.Thread(target=classify) for _ in range(3)]
    for worker in workers:
        worker.start()
    try:
        for _ in range(20):
            assert in_child(lambda: numpy.array_equal(model(TEXTS[:50]).probabilities, expected[:50]))
    finally:
        ended.set()
        for worker in workers:
            worker.join()
    assert not wrong


def _probabilities(texts):
    return _shared(texts).probabilities


def test_multiprocessing(model_path):
    global _shared
    _shared = discern.load(model_path, threads=2)
    expected = _shared(TEXTS).probabilities
    with multiprocessing.get_context("fork").Pool(2) as pool:
        parts = pool.map(_probabilities, [TEXTS[:150], TEXTS[150:]])
    assert numpy.array_equal(numpy.concatenate(parts), expected)


def test_spawned_processes_open_it_anew(model_path):
    model = discern.load(model_path)
    again = pickle.loads(pickle.dumps(model))
    assert numpy.array_equal(again(TEXTS).probabilities, model(TEXTS).probabilities)
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        labels = list(pool.submit(model, TEXTS[:5]).result().labels)
    assert labels == list(model(TEXTS[:5]).labels)


def test_threads(model):
    expected = model(TEXTS).probabilities
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        for answers in pool.map(model, [TEXTS] * 12):
            assert numpy.array_equal(answers.probabilities, expected)


def test_a_hundred_models_take_no_more_memory(model_path):
    program = """
        import os, sys
        import discern

        texts = ["a lovely film", "not bad at all", "dull"] * 20

        def resident():
            with open("/proc/self/statm") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

        def once():
            with discern.load(sys.argv[1], threads=2) as model:
                model(texts, details=True)
                model.encode(texts)

        for _ in range(30):
            once()
        before = resident()
        for _ in range(100):
            once()
        print(resident() - before)
    """
    if not os.path.exists("/proc/self/statm"):
        pytest.skip("needs /proc")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(program), model_path],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    # A leaked model would be a hundred times its weights: far more than the allocator keeps.
    assert int(done.stdout) < 2 << 20, done.stdout


def test_importing_loads_nothing():
    program = "import sys, discern; print(any(name in sys.modules for name in ('numpy', 'ctypes', 'discern._library')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
