// How maps look, for all maps of this tab: kept while pages change and the tab is loaded anew. No server is asked.
const LOOK_STORE = "map-look";
const USUAL_LOOK = { opacity: 75, colours: "viridis", range: "own", high: null, part: "overlay" };

function look() {
    if (!window.mapLook) {
        let kept = {};
        try {
            kept = JSON.parse(sessionStorage.getItem(LOOK_STORE)) ?? {};
        } catch {}  // a browser that keeps nothing, or something else in that place: the usual look
        window.mapLook = { ...USUAL_LOOK, ...kept };
    }
    return window.mapLook;
}

function setLook(change) {
    window.mapLook = { ...look(), ...change };
    try {
        sessionStorage.setItem(LOOK_STORE, JSON.stringify(window.mapLook));
    } catch {}
    window.dispatchEvent(new Event("map-look"));
}

// Calls `handle` for each event of this name until `owner` leaves the page or listens anew.
function listen(owner, name, handle) {
    owner.heard ??= {};
    window.removeEventListener(name, owner.heard[name]);
    owner.heard[name] = handle;
    window.addEventListener(name, handle);
}

const deaf = (owner) => Object.entries(owner.heard ?? {}).forEach(([name, handle]) =>
    window.removeEventListener(name, handle));

// To three significant digits, as `explorer.figures.real_numbers.significant` writes it.
function significant(value) {
    if (!value) return "0";
    const [mantissa, exponent] = value.toExponential(2).split("e").map(Number);
    const text = exponent < -4 || exponent >= 3 ? `${mantissa}e${exponent}` : String(Number(value.toPrecision(3)));
    return text.replaceAll("-", "−");
}
