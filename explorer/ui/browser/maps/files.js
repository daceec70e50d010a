// What is painted is saved where it is painted.
export default function ({ data, parentElement }) {
    for (const button of parentElement.querySelectorAll("button")) {
        button.disabled = !data.painted;
        button.onclick = () => window.dispatchEvent(new CustomEvent("map-save", { detail: button.dataset.part }));
    }
}
