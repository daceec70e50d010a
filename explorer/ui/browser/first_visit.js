// Says once for each browser that nobody was here before.
const KEY = "xception-explorer-was-here";

export default function ({ setTriggerValue }) {
    try {
        if (localStorage.getItem(KEY)) return;
        localStorage.setItem(KEY, "yes");
    } catch {
        return;  // a browser that keeps nothing would be asked each time
    }
    setTriggerValue("first", true);
}
