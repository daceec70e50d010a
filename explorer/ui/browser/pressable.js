// Shows `flows`, each a drawing in its colour, and reports which of their `data-kind` buttons is pressed.
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

    // A new drawing must not take the focus away from those who use the keyboard.
    if (at >= 0) {
        const { kind, name } = before[at].dataset;
        const now = buttons();
        const same = now.find((b) => b.dataset.kind === kind && b.dataset.name === name);
        (same ?? now[Math.min(at, now.length - 1)])?.focus({ preventScroll: true });
    }

    const press = (event) => {
        const button = event.target.closest("[data-kind]");
        if (!button) return;
        event.preventDefault();
        setTriggerValue("clicked", { kind: button.dataset.kind, name: button.dataset.name });
    };
    flows.onclick = press;
    flows.onkeydown = (event) => {
        if (event.key === "Enter" || event.key === " ") press(event);
    };
}
