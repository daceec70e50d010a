// Shows networks side by side. What is chosen and what is looked for is marked here; a module opens at the server,
// which draws all anew, since then stages begin elsewhere.
export default function ({ data, parentElement, setTriggerValue }) {
    const root = parentElement.querySelector(".diagrams");
    const area = root.querySelector(".area"), board = root.querySelector(".board"), field = root.querySelector("input");
    const columns = data.columns;
    const state = (root.state ??= { text: "", found: [], at: -1, chosen: null, pressed: null, awaited: null });
    const buttons = () => [...board.querySelectorAll("[data-kind]")];
    const identity = (button) => ({
        network: Number(button.closest(".column").dataset.network), kind: button.dataset.kind, name: button.dataset.name,
    });
    const active = board.getRootNode().activeElement?.closest?.(".column [data-kind]");
    const focused = active ? identity(active) : null;

    const titles = JSON.stringify(columns.map((column) => column.title));
    if (root.titles !== titles) {
        root.titles = titles;
        Object.assign(state, { chosen: null, pressed: null, awaited: null });
        board.replaceChildren();
        root.style.setProperty("--count", columns.length);
        const heads = columns.map((column) => {
            const head = document.createElement("div");
            head.className = "title";
            head.style.setProperty("--network", column.colour);
            head.title = column.title;
            head.append(column.title, document.createElement("small"));
            return head;
        });
        board.append(...heads, ...columns.map((_, network) => {
            const panel = document.createElement("div");
            panel.className = "column";
            panel.dataset.network = network;
            return panel;
        }));
        board.setAttribute("role", "toolbar");
        board.setAttribute("aria-label", "Modules and layers of the networks");
    }
    columns.forEach((column, network) => {
        const panel = board.querySelector(`.column[data-network="${network}"]`);
        if (panel.drawn !== column.svg) panel.innerHTML = panel.drawn = column.svg;
    });

    // In a long stage its name is out of sight: the title goes on saying it.
    const sayStage = () => {
        const bands = [...board.querySelectorAll('.column[data-network="0"] .band')];
        const edge = board.querySelector(".title").getBoundingClientRect().bottom + 20;
        const stage = bands.findLastIndex((band) => band.getBoundingClientRect().top <= edge);
        if (state.stage === stage) return;
        state.stage = stage;
        board.querySelectorAll(".title small").forEach((words, network) => {
            words.textContent = stage < 0 ? columns[network].brief : columns[network].stages[stage].name;
        });
    };
    state.stage = null;
    area.onscroll = sayStage;

    const stop = (button) => {
        for (const each of buttons()) each.tabIndex = each === button ? 0 : -1;
    };
    const choose = (chosen) => {
        state.chosen = chosen;
        markChosen(root, columns, chosen);
    };
    const find = (text) => {
        Object.assign(state, { text, found: layersCalled(columns, text) });
        state.at = Math.min(state.at, state.found.length - 1);
        markFound(root, columns, state);
    };

    // What was pressed stays under the pointer, though modules above it open or close.
    if (state.pressed) {
        const button = buttonOf(board, state.pressed);
        if (button) area.scrollTop += button.getBoundingClientRect().top - area.getBoundingClientRect().top - state.pressed.top;
        state.pressed = null;
    }
    const again = focused && buttonOf(board, focused);
    stop(again ?? (state.chosen && buttonOf(board, state.chosen)) ?? buttons()[0]);
    again?.focus({ preventScroll: true });
    const awaited = state.awaited && buttonOf(board, state.awaited);
    choose(awaited ? state.awaited : state.chosen && buttonOf(board, state.chosen) ? state.chosen : null);
    if (awaited) {
        reveal(area, awaited);
        state.awaited = null;
    }
    find(state.text);
    sayStage();

    const larger = root.querySelector(".larger");
    larger.onclick = () => {
        const share = area.scrollTop / area.scrollHeight;
        larger.setAttribute("aria-pressed", root.classList.toggle("large"));
        area.scrollTop = share * area.scrollHeight;
        if (state.chosen) reveal(area, buttonOf(board, state.chosen));
    };

    const step = (by) => {
        const count = state.found.length;
        if (!count) return;
        state.at = state.at < 0 && by < 0 ? count - 1 : (state.at + by + count) % count;
        const { network, name } = state.found[state.at], wanted = { network, kind: "layer", name };
        const button = buttonOf(board, wanted);
        markFound(root, columns, state);
        if (button) {
            choose(wanted);
            stop(button);
            reveal(area, button);
        } else {
            state.awaited = wanted;
            setTriggerValue("clicked", wanted);
        }
    };
    field.oninput = () => {
        state.at = -1;
        find(field.value);
    };
    field.onkeydown = (event) => {
        if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
        else if (event.key === "Escape") {
            field.value = "";
            field.oninput();
        } else return;
        event.preventDefault();
    };
    for (const button of root.querySelectorAll(".step")) button.onclick = () => step(Number(button.dataset.step));

    const press = (event) => {
        const button = event.target.closest("[data-kind]");
        if (!button) return;
        event.preventDefault();
        const pressed = identity(button);
        stop(button);
        if (pressed.kind === "layer") {
            const before = state.chosen;
            const is_same = before?.kind === "layer" && before.network === pressed.network && before.name === pressed.name;
            choose(is_same ? null : pressed);
            return;
        }
        choose(button.getAttribute("aria-expanded") === "true" ? null : pressed);
        state.pressed = { ...pressed, top: button.getBoundingClientRect().top - area.getBoundingClientRect().top };
        setTriggerValue("clicked", pressed);
    };
    const go = (event) => {
        const towards = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        const end = { Home: 0, End: -1 }[event.key];
        const from = event.target.closest("[data-kind]");
        if (!from || (!towards && end === undefined)) return;
        event.preventDefault();
        const next = towards ? nearest(from, buttons(), towards) : buttons().at(end);
        if (!next) return;
        stop(next);
        next.focus({ preventScroll: true });
        reveal(area, next);
    };
    board.onclick = press;
    board.onkeydown = (event) => {
        if (event.key === "Enter" || event.key === " ") press(event);
        else if (event.key === "Escape") choose(null);
        else go(event);
    };
}
