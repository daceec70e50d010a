// Says which cell is chosen. The drawing beside it asks for the place ("place-wanted"), is told of it ("place-chosen")
// and says where a person clicks ("place-picked"): so a click runs these few words anew, and no map is sent again.
export default function ({ data, parentElement, setTriggerValue }) {
    const line = parentElement.querySelector(".line");
    line.querySelector("strong").textContent = data.words;
    const tell = () => window.dispatchEvent(new CustomEvent("place-chosen", { detail: data.place }));
    const pick = ({ detail }) => setTriggerValue("picked", detail);
    line.forget?.();
    window.addEventListener("place-wanted", tell);
    window.addEventListener("place-picked", pick);
    line.forget = () => {
        window.removeEventListener("place-wanted", tell);
        window.removeEventListener("place-picked", pick);
    };
    tell();
    return line.forget;
}
