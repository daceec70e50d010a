const STEP = 0.02;  // of the picture's side, by an arrow key
const PATIENCE_MS = 4000;  // for the server's answer, before its own word on the box counts again

export default function ({ data, parentElement, setTriggerValue }) {
    const find = (selector) => parentElement.querySelector(selector);
    const [frame, image, element, filler, told] = [".frame", ".picture", ".box", ".filler", ".told"].map(find);
    const { smallest } = data;
    const percent = (share) => `${100 * share}%`;

    const address = base() + data.picture;
    if (image.src !== new URL(address, location.href).href) image.src = address;
    [image.width, image.height] = data.size;
    image.alt = data.alt;
    frame.style.width = `${Math.round(data.most * data.size[0] / data.size[1])}px`;
    filler.style.backgroundImage = data.filler ? `url("${base() + data.filler}")` : "none";

    const put = ([left, top, right, bottom]) => {
        const [width, height] = [right - left, bottom - top];
        frame.box = [left, top, right, bottom];
        Object.assign(element.style, {
            left: percent(left), top: percent(top), width: percent(width), height: percent(height),
        });
        // The filler lies over the whole picture, and shows in the box alone.
        filler.style.backgroundSize = `${percent(1 / width)} ${percent(1 / height)}`;
        const shift = (edge, side) => percent(side < 1 ? edge / (1 - side) : 0);
        filler.style.backgroundPosition = `${shift(left, width)} ${shift(top, height)}`;
        element.setAttribute("aria-label", words());
    };
    const words = () => {
        const [left, top, right, bottom] = frame.box.map((share) => Math.round(100 * share));
        return `Covered: from ${left} to ${right} % of the width, from ${top} to ${bottom} % of the height`;
    };
    const bounded = (share) => Math.min(1, Math.max(0, share));
    const rounded = () => frame.box.map((share) => Math.round(1000 * share) / 1000);
    const letGo = () => {
        const box = rounded();
        if (String(box) === frame.known) return;
        frame.known = String(box);
        frame.waiting = performance.now() + PATIENCE_MS;
        told.textContent = words();
        setTriggerValue("moved", box);
    };

    // What the server says of a box that was moved on meanwhile is old.
    const said = String(data.box);
    if (said === frame.known) frame.waiting = 0;
    else if (!frame.held && !(frame.waiting > performance.now())) {
        frame.known = said;
        put(data.box);
    }

    const place = (event) => {
        const { left, top, width, height } = frame.getBoundingClientRect();
        return [bounded((event.clientX - left) / width), bounded((event.clientY - top) / height)];
    };
    const moved = (box, across, down) => {
        const [left, top, right, bottom] = box;
        const x = Math.min(1 - right, Math.max(-left, across)), y = Math.min(1 - bottom, Math.max(-top, down));
        return [left + x, top + y, right + x, bottom + y];
    };
    // Between two places; no smaller than it may be, and on the picture.
    const spanned = ([x, y], [toX, toY]) => {
        const side = (from, to) => {
            if (Math.abs(to - from) < smallest) to = from + (to < from ? -smallest : smallest);
            if (to < 0 || to > 1) to = from + (to < 0 ? smallest : -smallest);
            return [Math.min(from, to), Math.max(from, to)];
        };
        const [left, right] = side(x, toX), [top, bottom] = side(y, toY);
        return [left, top, right, bottom];
    };

    frame.onpointerdown = (event) => {
        if (event.button) return;
        const start = place(event), before = frame.box;
        const corner = event.target.dataset?.corner;
        const [left, top, right, bottom] = before;
        if (corner) {
            // The corner that stays where it is.
            frame.held = { from: [corner.includes("left") ? right : left, corner.includes("top") ? bottom : top] };
        } else if (element.contains(event.target)) frame.held = { start, before };
        else frame.held = { from: start, before, isNew: true };
        frame.setPointerCapture(event.pointerId);
        element.focus({ preventScroll: true });
        event.preventDefault();
    };
    frame.onpointermove = (event) => {
        const held = frame.held;
        if (!held) return;
        const [x, y] = place(event);
        if (held.start) put(moved(held.before, x - held.start[0], y - held.start[1]));
        else if (!held.isNew || Math.max(Math.abs(x - held.from[0]), Math.abs(y - held.from[1])) >= smallest) {
            held.isDrawn = true;
            put(spanned(held.from, [x, y]));
        }
    };
    frame.onpointerup = () => {
        const held = frame.held;
        if (!held) return;
        frame.held = null;
        if (held.isNew && !held.isDrawn) {  // a tap beside the box brings it there
            const [left, top, right, bottom] = held.before;
            put(moved(held.before, held.from[0] - (left + right) / 2, held.from[1] - (top + bottom) / 2));
        }
        letGo();
    };
    frame.onpointercancel = () => {
        frame.held = null;
        letGo();
    };

    const arrows = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    element.onkeydown = (event) => {
        if (!(event.key in arrows) || event.altKey || event.metaKey || event.ctrlKey) return;
        const [across, down] = arrows[event.key], [left, top, right, bottom] = frame.box;
        event.preventDefault();
        put(event.shiftKey
            ? [left, top, bounded(Math.max(left + smallest, right + across)), bounded(Math.max(top + smallest, bottom + down))]
            : moved(frame.box, across, down));
    };
    element.onkeyup = (event) => event.key in arrows && letGo();
    element.onblur = letGo;
}

// Where this app's files lie, also below a path of its own.
function base() {
    const script = document.querySelector('script[src*="static/js/"]');
    return script ? script.src.split("/static/js/")[0] : "";
}
