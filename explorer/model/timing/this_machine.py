"""The machine that this process runs on, by name and by what it can do."""

import platform
from dataclasses import replace

from explorer.counting.measured.machine import Machine
from explorer.model.timing.load import cores, load
from explorer.model.timing.rates import Look, arithmetic_rate, largest_cache_bytes, memory_rate


def this_machine(engine: str, look: Look) -> Machine:
    """Its name, and its rates as measured now, with `engine` and without; takes 2 to 4 s."""
    load_before = load()  # before anything is measured, which is a load itself
    threads, cache = engine_threads(engine), largest_cache_bytes()
    arithmetic, memory = arithmetic_rate(engine, look), memory_rate(threads, cache, look)
    return Machine(
        cpu=_cpu(),
        cores=cores(),
        threads=threads,
        cache_bytes=cache,
        macs_per_s=arithmetic.per_s,
        arithmetic_by=arithmetic.by,
        bytes_per_s=memory.per_s,
        memory_by=memory.by,
        load=load_before,
    )


def once_more(machine: Machine, engine: str, look: Look) -> Machine:
    """The same machine with its rates measured again, and the higher ones kept: it may have been disturbed before."""
    arithmetic, memory = arithmetic_rate(engine, look), memory_rate(machine.threads, machine.cache_bytes, look)
    if arithmetic.per_s > machine.macs_per_s:
        machine = replace(machine, macs_per_s=arithmetic.per_s, arithmetic_by=arithmetic.by)
    if memory.per_s > machine.bytes_per_s:
        machine = replace(machine, bytes_per_s=memory.per_s, memory_by=memory.by)
    return machine


def engine_threads(engine: str) -> int:
    """With how many threads it computes one pass."""
    if engine == "openvino":
        from explorer.model.engines.openvino_runtime import threads

        return threads()
    import tensorflow as tf

    return tf.config.threading.get_intra_op_parallelism_threads() or cores()


def _cpu() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name.strip() == "model name":
                    return value.strip()
    except OSError:
        pass  # not on Linux
    return platform.processor() or platform.machine()
