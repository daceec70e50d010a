// Modules open and close; a layer, in the drawing or in the table, shows its arithmetic at the foot of the window.
{
    const note = document.querySelector("#note");
    const told = note.querySelector("div");
    let origin = null; // the button that the note belongs to

    const shown = (run) => run.querySelector(":scope > :not([hidden])");
    const show = (run, module) => {
        for (const state of run.children) state.hidden = state.dataset.shows !== module;
    };

    const toggleModule = (button) => {
        const run = button.closest(".run"), name = button.dataset.name;
        show(run, shown(run).dataset.shows === name ? "" : name);
        // The new drawing has buttons of its own: the focus goes on to the one that stands in this place.
        shown(run).querySelector("[data-kind=module][aria-expanded]").focus({ preventScroll: true });
    };

    const mark = (network, name) => {
        for (const layer of document.querySelectorAll("[data-kind=layer][aria-pressed=true]")) press(layer, false);
        if (!network) return;
        for (const layer of network.querySelectorAll("[data-kind=layer]")) {
            if (layer.dataset.name === name) press(layer, true);
        }
    };
    const press = (layer, is) => {
        layer.setAttribute("aria-pressed", is);
        layer.classList.toggle("selected", is);
    };

    const showLayer = (button) => {
        const network = button.closest(".network"), name = button.dataset.name;
        const notes = network.querySelector("template.notes").content.children;
        const found = [...notes].find((each) => each.dataset.layer === name);
        mark(network, name);
        told.replaceChildren(found.cloneNode(true));
        note.hidden = false;
        note.scrollTop = 0;
        origin = button;
        const hides = button.getBoundingClientRect().bottom + 8 - note.getBoundingClientRect().top;
        if (hides > 0) scrollBy({ top: hides });
    };
    const closeNote = () => {
        if (note.contains(document.activeElement)) origin?.focus({ preventScroll: true });
        note.hidden = true;
        mark(null);
    };

    const act = (button) => {
        if (button.dataset.kind === "module") toggleModule(button);
        else if (button.getAttribute("aria-pressed") === "true") closeNote();
        else showLayer(button);
    };
    document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-kind]");
        if (button) act(button);
    });
    document.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !note.hidden) closeNote();
        // HTML's own buttons turn these keys into clicks, those of a drawing do not.
        const button = event.target.closest("g[data-kind]");
        if (!button || (event.key !== "Enter" && event.key !== " ")) return;
        event.preventDefault();
        act(button);
    });
    note.querySelector("button").addEventListener("click", closeNote);

    for (const button of document.querySelectorAll("[data-open]")) {
        button.addEventListener("click", () => {
            for (const run of button.closest(".network").querySelectorAll(".run")) {
                const first = run.children[1].dataset.shows;
                if (button.dataset.open === "none") show(run, "");
                else if (!shown(run).dataset.shows) show(run, first);
            }
        });
    }
}
