// Shows `flows`, each a drawing in its colour, and reports which of their `data-kind` buttons is pressed. With a
// `toolbar`, the name of the whole, the buttons are one stop for the Tab key and arrows move among them.
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
        }
    });
    while (flows.children.length > data.flows.length) flows.lastChild.remove();

    const now = buttons();
    // The one that the Tab key reaches.
    const putStop = (stop) => {
        if (data.toolbar) for (const button of now) button.tabIndex = button === stop ? 0 : -1;
    };
    const chosen = now.find((button) => button.ariaPressed === "true");
    putStop(chosen ?? now[0]);
    if (chosen && flows.scrollWidth > flows.clientWidth) {  // a band wider than the screen
        const { left, width } = chosen.getBoundingClientRect(), whole = flows.getBoundingClientRect();
        if (left < whole.left || left + width > whole.right) {
            flows.scrollLeft += left + width / 2 - whole.left - whole.width / 2;
        }
    }
    if (data.toolbar) {
        flows.setAttribute("role", "toolbar");
        flows.setAttribute("aria-label", data.toolbar);
    }

    // A new drawing must not take the focus away from those who use the keyboard.
    if (at >= 0) {
        const { kind, name } = before[at].dataset;
        const same = now.find((b) => b.dataset.kind === kind && b.dataset.name === name);
        const focused = same ?? now[Math.min(at, now.length - 1)];
        if (focused) putStop(focused);
        focused?.focus({ preventScroll: true });
    }

    const press = (event) => {
        const button = event.target.closest("[data-kind]");
        if (!button) return;
        event.preventDefault();
        setTriggerValue("clicked", { kind: button.dataset.kind, name: button.dataset.name });
    };
    const move = (event) => {
        const button = event.target.closest("[data-kind]");
        const to = data.toolbar && button && !event.altKey && !event.metaKey && goal(event.key, button, now);
        if (!to) return;
        event.preventDefault();
        to.focus();
    };
    flows.onclick = press;
    flows.onkeydown = (event) => {
        if (event.key === "Enter" || event.key === " ") press(event);
        else move(event);
    };
    flows.stops?.abort();
    flows.stops = new AbortController();
    flows.addEventListener("focusin", (event) => putStop(event.target), { signal: flows.stops.signal });
}

// Up and down is from layer to layer, left and right from module to module, as near to the same place as there is one.
function goal(key, button, buttons) {
    const at = buttons.indexOf(button), column = button.closest(".module");
    const columns = [...new Set(buttons.map((each) => each.closest(".module")))];
    const beside = (step) => {
        const [own, other] = [column, columns[columns.indexOf(column) + step]].map((module) =>
            buttons.filter((each) => each.closest(".module") === module));
        return other[Math.min(own.indexOf(button), other.length - 1)];
    };
    switch (key) {
        case "ArrowUp": return buttons[at - 1];
        case "ArrowDown": return buttons[at + 1];
        case "ArrowLeft": return beside(-1);
        case "ArrowRight": return beside(1);
        case "Home": return buttons[0];
        case "End": return buttons.at(-1);
    }
}
