// Shows `flows`, each a drawing in its colour, and reports which of their `data-kind` buttons is pressed. What is
// `selected` is brought out from what lies `in_front`. With a `toolbar`, the name of the whole, the buttons are one stop for the Tab key, from which arrows go on.
export default function ({ data, parentElement, setTriggerValue }) {
    const flows = parentElement.querySelector(".flows");
    const buttons = () => [...flows.querySelectorAll("[data-kind]")];
    const root = flows.getRootNode();
    const before = buttons();
    const at = before.indexOf(root.activeElement);

    flows.dataset.count = data.flows.length;
    flows.style.setProperty("--count", data.flows.length);
    data.flows.forEach((flow, i) => {
        const panel = flows.children[i] ?? flows.appendChild(document.createElement("div"));
        panel.className = "flow";
        panel.style.setProperty("--flow", flow.colour);
        if (panel.drawn !== flow.svg) {
            panel.innerHTML = panel.drawn = flow.svg;
            // Streamlit's addresses begin at the app's root, which is where the pages' names stand.
            for (const image of panel.querySelectorAll("image[data-address]")) {
                image.setAttribute("href", new URL(`.${image.dataset.address}`, location.href).href);
            }
        }
    });
    while (flows.children.length > data.flows.length) flows.lastChild.remove();

    // A new drawing must not take the focus away from those who use the keyboard.
    if (at >= 0) {
        const { kind, name } = before[at].dataset;
        const now = buttons();
        const same = now.find((b) => b.dataset.kind === kind && b.dataset.name === name);
        (same ?? now[Math.min(at, now.length - 1)])?.focus({ preventScroll: true });
    }

    const stop = (button) => {
        for (const each of buttons()) each.tabIndex = each === button ? 0 : -1;
    };
    if (data.toolbar) {
        const all = buttons(), chosen = all.find((b) => b.getAttribute("aria-pressed") === "true");
        stop(all[at] ?? chosen ?? all[0]);
        flows.setAttribute("role", "toolbar");
        flows.setAttribute("aria-label", data.toolbar);
        if (chosen) bringIntoSight(chosen, flows);
    }
    const go = (event) => {
        const towards = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        const from = event.target.closest("[data-kind]");
        const end = { Home: 0, End: -1 }[event.key];
        if (!from || (!towards && end === undefined)) return;
        event.preventDefault();
        const next = towards ? nearest(from, buttons(), towards) : buttons().at(end);
        if (next) {
            stop(next);
            next.focus();
        }
    };

    const press = (event) => {
        const button = event.target.closest("[data-kind]");
        if (!button) return;
        event.preventDefault();
        setTriggerValue("clicked", { kind: button.dataset.kind, name: button.dataset.name });
    };
    flows.onclick = press;
    flows.onkeydown = (event) => {
        if (event.key === "Enter" || event.key === " ") press(event);
        else if (event.key === "Escape" && data.selected) setTriggerValue("clicked", { kind: "close" });
        else if (data.toolbar) go(event);
    };
    const selected = data.selected ?? null, isOther = flows.selected !== undefined && flows.selected !== selected;
    flows.selected = selected;
    if (isOther && selected && data.in_front) {
        setTimeout(() => uncover(buttons().find((b) => b.dataset.name === selected), data.in_front), 300);
    }
}

/** Pushes a band that is wider than the screen until a button of it is seen. */
function bringIntoSight(button, band) {
    if (band.scrollWidth <= band.clientWidth) return;
    const { left, width } = button.getBoundingClientRect(), whole = band.getBoundingClientRect();
    if (left < whole.left || left + width > whole.right) {
        band.scrollLeft += left + width / 2 - whole.left - whole.width / 2;
    }
}

/** Scrolls the page until a button is on it, and nothing that lies in front hides it. */
function uncover(button, inFront) {
    const front = document.querySelector(inFront), page = front?.closest("[data-testid=stMain]");
    if (!button || !page) return;
    const { top, bottom } = button.getBoundingClientRect();
    const above = top - 8 - page.getBoundingClientRect().top, below = bottom + 8 - front.getBoundingClientRect().top;
    if (above < 0 || below > 0) page.scrollBy({ top: above < 0 ? above : below });
}
