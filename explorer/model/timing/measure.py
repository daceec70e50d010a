"""Networks timed on this machine: the machine, then of each the whole network, the machine again, the layers."""

from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np

from explorer.arch.graph import Graph
from explorer.arch.knobs import Config
from explorer.arch.written_out import written_out
from explorer.clock import moment
from explorer.configuration.named import title_of
from explorer.configuration.registry import graph_of
from explorer.counting.measured.machine import Machine
from explorer.counting.measured.timing import Timing, spread
from explorer.counting.tally import tally
from explorer.model.engines.choice import chosen_engine
from explorer.model.engines.engine import EngineName
from explorer.model.engines.openvino_runtime import compiled, version
from explorer.model.timing.layer_times import NO_RECORD, layer_times
from explorer.model.timing.needs import WARM_UP, check, has_record, passes, require_memory
from explorer.model.timing.record import Tell
from explorer.model.timing.steps import named_model
from explorer.model.timing.this_machine import once_more, this_machine
from explorer.model.weights.arrays import Weights, random_weights
from explorer.model.weights.written_out_arrays import written_out_arrays

Run = Callable[[], object]


def measure(
    configs: Sequence[Config], batch: int, runs: int, progress: Callable[[int, int], None] = lambda done, total: None
) -> tuple[Timing, ...]:
    """Times networks with random weights, one after the other.

    The machine's rates are measured before, and between the passes of the first network. The whole is
    timed as it is usually run; the engine's record of its steps, which takes a little itself, in passes of its own.

    Args:
        configs: The networks, at least one.
        batch: Images in one pass, from 1 to 64.
        runs: Passes of each that count, from 3 to 200.
        progress: Called with passes done and passes in all, also while the machine is measured; what it raises ends the
            measurement.

    Raises:
        ConfigError: If one of the two is out of range.
        BudgetError: If a network would not fit into the memory budget.
        EngineError: If there is no such engine.
    """
    check(batch, runs)
    for config in configs:
        require_memory(graph_of(config), batch)
    engine, total, done = chosen_engine().name, len(configs) * passes(runs), 0

    def tell() -> None:
        nonlocal done
        done += 1
        progress(done, total)

    def look() -> None:
        progress(done, total)

    machine = this_machine(engine, look)
    first = _timing(configs[0], batch, runs, tell, lambda: once_more(machine, engine, look))
    return first, *(_timing(config, batch, runs, tell, lambda: first.machine) for config in configs[1:])


def _timing(config: Config, batch: int, runs: int, tell: Tell, between: Callable[[], Machine]) -> Timing:
    """One network; `between` tells of the machine between its two kinds of passes."""
    engine, graph = chosen_engine().name, graph_of(config)
    weights = random_weights(graph)
    network, arrays = written_out(graph), written_out_arrays(graph, weights.arrays)
    images = np.random.default_rng(1).uniform(-1, 1, (batch, *graph.input_shape)).astype(np.float32)
    run, engine_version = _usual(engine, graph, weights, images)
    seconds = _timed(run, WARM_UP + runs, tell)
    del run  # before the same network is compiled once more
    machine = between()
    record = layer_times(network, arrays, images, runs, tell) if has_record() else NO_RECORD
    return Timing(
        config=config,
        title=title_of(config),
        batch=batch,
        warm_up=WARM_UP,
        first_s=seconds[0],
        whole=spread(seconds[WARM_UP:]),
        macs=batch * tally(network).macs,
        profiled_s=record.pass_s,
        layers=record.layers,
        between_s=record.between_s,
        engine=engine,
        engine_version=engine_version,
        machine=machine,
        measured_at=moment(),
    )


def _usual(engine: EngineName, graph: Graph, weights: Weights, images: np.ndarray) -> tuple[Run, str]:
    """One pass of `images` without a record, and the engine's version."""
    if engine == "tensorflow":
        from explorer.model.engines.tensorflow_engine import TensorFlowEngine

        tensorflow = TensorFlowEngine(graph, weights)
        return lambda: tensorflow.run(images), tensorflow.version
    network, arrays = written_out(graph), written_out_arrays(graph, weights.arrays)
    request = compiled(named_model(network, arrays, len(images))).create_infer_request()
    return lambda: request.infer({0: images}, share_inputs=True, share_outputs=True), version()


def _timed(run: Run, times: int, tell: Tell) -> list[float]:
    seconds = []
    for _ in range(times):
        start = perf_counter()
        run()
        seconds.append(perf_counter() - start)
        tell()
    return seconds
