// One entry of the browser's history for each act of a person, so that Back undoes the last one: what a page writes
// into the link of itself, as it opens, is no act, nor what a click on another page takes out of it.
export default function () {
    if (window.entryForEachAct) return;  // once for a window, whatever page is shown
    window.entryForEachAct = true;
    let acted = false;
    for (const act of ["pointerdown", "keydown", "popstate"]) {
        window.addEventListener(act, () => { acted = act !== "popstate"; }, { capture: true, passive: true });
    }
    const [push, replace] = [history.pushState.bind(history), history.replaceState.bind(history)];
    history.pushState = (state, unused, url) => {
        (acted ? push : replace)(state, unused, url);
        acted = false;
    };
}
