// One entry of the browser's history for each choice of a person, so that Back undoes the last one. No entry is for what a
// page writes into the link of itself, as it opens, for what a click on another page takes out of it, and for a knob.
export default function ({ data }) {
    window.choicesInLink = data.choices;
    if (window.entryForEachChoice) return;  // once for a window, whatever page is shown
    window.entryForEachChoice = true;
    let acted = false;
    for (const act of ["pointerdown", "keydown", "popstate"]) {
        window.addEventListener(act, () => { acted = act !== "popstate"; }, { capture: true, passive: true });
    }
    const chosen = (url) => {
        const { pathname, searchParams } = new URL(url, location.href);
        return JSON.stringify([pathname, ...window.choicesInLink.map((name) => searchParams.get(name))]);
    };
    const [push, replace] = [history.pushState.bind(history), history.replaceState.bind(history)];
    history.pushState = (state, unused, url) => {
        const isChoice = acted && chosen(url ?? location.href) !== chosen(location.href);
        (isChoice ? push : replace)(state, unused, url);
        if (isChoice) acted = false;
    };
}
