/** The button of a module or a layer in a network's drawing; none if it is not drawn by itself. */
function buttonOf(board, { network, kind, name }) {
    const drawn = [...board.querySelectorAll(`.column[data-network="${network}"] [data-kind="${kind}"]`)];
    return drawn.find((button) => button.dataset.name === name) ?? null;
}

/** The button that stands for a layer: its own, else that of its module, else that of the equal modules' first one. */
function standIn(board, network, module, layer) {
    return buttonOf(board, { network, kind: "layer", name: layer })
        ?? buttonOf(board, { network, kind: "module", name: module.name })
        ?? buttonOf(board, { network, kind: "module", name: module.card });
}

/** Number of the stage that a module stands in, or that a layer's output belongs to. */
function stageOf(columns, { network, kind, name }) {
    const modules = columns[network].modules;
    if (kind === "module") return modules.find((module) => module.name === name)?.stage;
    return modules.flatMap((module) => module.layers).find(([layer]) => layer === name)?.[1];
}

/** Marks what is chosen in its network and its stage in all of them, and says what both are. */
function markChosen(root, columns, chosen) {
    const board = root.querySelector(".board"), facts = root.querySelector(".facts");
    const button = chosen && buttonOf(board, chosen), stage = button ? stageOf(columns, chosen) : null;
    for (const each of board.querySelectorAll("[data-kind]")) {
        each.classList.toggle("selected", each === button);
        if (each.dataset.kind === "layer") each.setAttribute("aria-pressed", each === button);
    }
    for (const band of board.querySelectorAll(".band")) {
        band.classList.toggle("marked", stage !== null && Number(band.dataset.stage) === stage);
    }
    facts.replaceChildren(...columns.map((column, network) => {
        const line = document.createElement("div"), title = document.createElement("b");
        const words = document.createElement("span");
        line.style.setProperty("--network", column.colour);
        line.classList.toggle("other", Boolean(button) && network !== chosen.network);
        title.textContent = column.title;
        const { name, whole } = column.stages[stage] ?? {};
        if (!button) words.textContent = column.whole;
        else if (network === chosen.network) words.textContent = button.getAttribute("aria-label");
        else words.textContent = `${name}: ${whole}`;
        line.append(title, words);
        return line;
    }));
}

/** Scrolls the area, and nothing around it, until a button is seen below the titles. */
function reveal(area, button) {
    const whole = area.getBoundingClientRect(), { left, right, top, bottom } = button.getBoundingClientRect();
    const head = area.querySelector(".title").offsetHeight;
    if (top < whole.top + head + 8 || bottom > whole.bottom - 8) {
        const room = whole.height - head;
        area.scrollTop += top - whole.top - head - Math.max(16, (room - (bottom - top)) / 3);
    }
    if (left < whole.left || right > whole.right) area.scrollLeft += (left + right - whole.left - whole.right) / 2;
}
