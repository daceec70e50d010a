/** The layers whose name contains `text`, network by network, each with its module. */
function layersCalled(columns, text) {
    const part = text.trim().toLowerCase();
    if (!part) return [];
    return columns.flatMap(({ modules }, network) => modules.flatMap((module) => module.layers
        .filter(([name]) => name.toLowerCase().includes(part))
        .map(([name]) => ({ network, module, name }))));
}

/** How many there are: "12 layers in Xception, 4 in Inception V3". */
function countWords(columns, found) {
    if (!found.length) return "No layer is called so.";
    const counts = columns.map((_, network) => found.filter((each) => each.network === network).length);
    return columns.map(({ title }, network) => {
        const noun = network ? "" : counts[0] === 1 ? " layer" : " layers";
        return `${counts[network]}${noun} in ${title}`;
    }).join(", ");
}

/** Marks what was found, on closed modules with how many are in them, and says how many there are and which is shown. */
function markFound(root, columns, { text, found, at }) {
    const board = root.querySelector(".board"), counts = new Map();
    for (const old of board.querySelectorAll(".count")) old.remove();
    for (const { network, module, name } of found) {
        const button = standIn(board, network, module, name);
        if (button) counts.set(button, (counts.get(button) ?? 0) + 1);
    }
    board.classList.toggle("searching", found.length > 0);
    for (const button of board.querySelectorAll("[data-kind]")) button.classList.toggle("found", counts.has(button));
    for (const [button, count] of counts) {
        if (button.dataset.kind !== "module" || button.getAttribute("aria-expanded") !== "false") continue;
        const box = button.querySelector("rect"), words = document.createElementNS(box.namespaceURI, "text");
        const length = (name) => Number(box.getAttribute(name));
        words.setAttribute("class", "count");
        words.setAttribute("x", length("x") + length("width") - 8);
        words.setAttribute("y", length("y") + length("height") - 8);
        words.setAttribute("text-anchor", "end");
        words.textContent = `${count} found`;
        button.append(words);
    }
    for (const step of root.querySelectorAll(".step")) step.disabled = !found.length;
    const shown = found[at];
    root.querySelector("output").textContent = !text.trim() ? ""
        : countWords(columns, found) + (shown ? ` · ${at + 1} of ${found.length}: ${shown.name}` : "");
}
