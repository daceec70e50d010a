"""What the browser gets to draw a separable convolution step by step (`explorer.ui.widgets.steps_picture`)."""

HTML = """
<div class="steps" role="group" tabindex="0">
  <div class="lanes"></div>
  <div class="ends"></div>
  <p class="badge" hidden></p>
  <p class="place" aria-live="polite"></p>
</div>
"""

CSS = """
:host { display: block; container-type: inline-size; }
.steps { color: var(--st-text-color); font: 0.8rem/1.35 var(--st-font, sans-serif);
  font-variant-numeric: tabular-nums; border-radius: 0.6rem;
  --line: color-mix(in srgb, currentColor 28%, transparent); }
.steps:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 6px; }
.steps * { box-sizing: border-box; }
.lanes { display: grid; grid-auto-flow: column; gap: 5px 12px;
  grid-template-columns: 8.4rem repeat(var(--lanes), minmax(0, 1fr));
  grid-template-rows: repeat(var(--lane-rows), auto); }
.lane { position: relative; display: grid; grid-row: span var(--lane-rows); grid-template-rows: subgrid;
  justify-items: center; min-width: 0; }
.lane > * { max-width: 7.6rem; width: 100%; }
.lane:not(.names)::before { content: ""; position: absolute; inset: 2em auto -14px 50%; width: 2px; margin-left: -1px;
  background: var(--line); z-index: 0; max-width: 2px; }
.lane > * { position: relative; z-index: 1; }
.lane.names { justify-items: start; }
.names div { align-self: center; font-weight: 600; }
.names small, .end small { display: block; font-weight: 400; opacity: 0.75; font-size: 0.74rem; }
.head { text-align: center; font-weight: 600; white-space: nowrap; }
.own { display: none; }
.frame { position: relative; }
.frame canvas { display: block; width: 100%; image-rendering: pixelated; cursor: crosshair; border-radius: 3px;
  box-shadow: 0 0 0 1px var(--line); touch-action: pan-y; }
.frame i { position: absolute; pointer-events: none; left: calc((var(--column) + 0.5) * 100% / var(--columns) - 4px);
  top: calc((var(--row) + 0.5) * 100% / var(--rows) - 4px); width: 8px; height: 8px;
  border: 2px solid #14171F; outline: 1px solid #fff; border-radius: 1px; }
.value { text-align: center; white-space: nowrap; }
.value span, .head span { background: var(--st-background-color); padding: 0 5px; }
.note { text-align: center; white-space: nowrap; font-size: 0.72rem; }
.note span { background: var(--st-background-color); padding: 0 4px; opacity: 0.85; }
.kernel { display: grid; gap: 1px; justify-self: center; max-width: 5.4rem; align-self: center; margin: 3px auto; }
.kernel b { aspect-ratio: 1; display: grid; place-items: center; font-weight: 500; font-size: 0.66rem;
  border-radius: 2px; overflow: hidden; }
.kernel[data-wide] b { font-size: 0; }
.weight { text-align: center; font-weight: 600; padding: 1px 4px; border-radius: 1rem; align-self: center;
  border: 1px solid var(--line); margin: 3px 0; background: var(--st-background-color); }
.ends { display: grid; grid-template-columns: repeat(var(--ends), minmax(0, 1fr)); gap: 14px 12px;
  margin-top: 10px; padding-top: 14px; border-top: 2px solid var(--line); }
.end { position: relative; padding-left: 26px; }
.end .tile { max-width: 11rem; }
.sign { position: absolute; left: 0; top: 5.2rem; width: 24px; text-align: center; font-size: 1.2rem; opacity: 0.75; }
.end .title { font-weight: 600; margin-bottom: 3px; }
.badge { margin: 12px 0 0; padding: 2px; text-align: center; font-weight: 600; color: #14171F; border-radius: 3px; }
.place { margin: 12px 0 0; opacity: 0.8; min-height: 1.35em; }
@container (max-width: 760px) {
  .lanes { grid-auto-flow: row; grid-template-columns: repeat(4, minmax(0, 1fr)); grid-template-rows: none;
    gap: 20px 8px; }
  .lane { display: block; grid-row: auto; }
  .lane > * { margin-left: auto; margin-right: auto; }
  .lane.names { display: none; }
  .own { display: block; text-align: center; font-size: 0.68rem; margin-top: 5px; }
  .own span { background: var(--st-background-color); opacity: 0.8; padding: 0 3px; }
  .kernel b { font-size: 0; }
  .kernel { max-width: 3.6rem; }
  .ends { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
"""

JS = """
const floats = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const words = (value) => {
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (size < 1e-3 || size >= 1e5) return value.toExponential(1).replace("-", "−").replace("e-", "e−");
    return value.toPrecision(3).replace("-", "−");
};
const element = (name, classes, text = "") => {
    const made = document.createElement(name);
    made.className = classes;
    made.textContent = text;
    return made;
};

export default function ({ data, parentElement, setTriggerValue }) {
    const steps = parentElement.querySelector(".steps");
    if (steps.drawn === data.stamp) return;
    steps.drawn = data.stamp;
    const [rows, columns] = data.size;
    const maps = data.maps.map(floats);
    const colours = Uint8Array.from(atob(data.colours), (c) => c.charCodeAt(0));
    const last = colours.length / 3 - 1;
    const colour = (value, reach) => {
        const share = reach > 0 ? Math.min(1, Math.max(-1, value / reach)) : 0;
        const at = 3 * Math.round((share + 1) / 2 * last);
        return [colours[at], colours[at + 1], colours[at + 2]];
    };
    const clamp = (value, size) => Math.max(0, Math.min(size - 1, value));
    const readings = [];
    let row = data.start[0], column = data.start[1];

    // Of all maps at the pixels that are read; of an input map at the pixel under the middle of the window.
    const same = { size: data.size, strides: [1, 1], first: [0, 0] };
    function tile(read, reach, title, walk = same) {
        const [rows, columns] = walk.size;
        const middle = (at, axis) => clamp(at * walk.strides[axis] + walk.first[axis], walk.size[axis]);
        const box = element("div", "tile"), frame = element("div", "frame");
        const canvas = element("canvas", "");
        Object.assign(canvas, { width: columns, height: rows, walk });
        frame.style.setProperty("--rows", rows);
        frame.style.setProperty("--columns", columns);
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", title);
        const pixels = new ImageData(columns, rows);
        for (let i = 0; i < rows * columns; i++) {
            pixels.data.set([...colour(read(i), reach), 255], 4 * i);
        }
        canvas.getContext("2d").putImageData(pixels, 0, 0);
        const value = element("span", ""), line = element("div", "value");
        readings.push(() => {
            const down = middle(row, 0), across = middle(column, 1);
            frame.style.setProperty("--row", down);
            frame.style.setProperty("--column", across);
            value.textContent = words(read(down * columns + across));
        });
        frame.append(canvas, element("i", ""));
        line.append(value);
        box.append(frame, line);
        return box;
    }
    function grid(kernel, reach, title) {
        const box = element("div", "kernel");
        box.style.gridTemplateColumns = `repeat(${kernel[0].length}, 1fr)`;
        box.toggleAttribute("data-wide", kernel[0].length > 3);
        box.setAttribute("role", "img");
        box.setAttribute("aria-label", `${title}: ${kernel.map((line) => line.map(words).join(", ")).join("; ")}`);
        kernel.forEach((line, r) => line.forEach((value, c) => {
            const [red, green, blue] = colour(value, reach);
            const cell = element("b", "", value.toFixed(2).replace("-", "−").replace("−0.00", "0.00"));
            cell.style.background = `rgb(${red}, ${green}, ${blue})`;
            cell.style.color = 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#14171F" : "#fff";
            cell.title = `row ${r}, column ${c}: ${value}`;
            box.append(cell);
        }));
        return box;
    }

    const lanes = steps.querySelector(".lanes");
    const names = element("div", "lane names");
    for (const [title, note] of data.names) {
        const name = element("div", "", title);
        if (note) name.append(element("small", "", note));
        names.append(name);
    }
    lanes.replaceChildren(names);
    lanes.style.setProperty("--lanes", data.lanes.length);
    lanes.style.setProperty("--lane-rows", data.names.length);
    for (const lane of data.lanes) {
        const input = maps[lane.input], depthwise = maps[lane.depthwise], mixed = maps[lane.mixed];
        const weight = element("div", "weight", `× ${words(lane.weight)}`);
        const share = Math.abs(lane.weight) / data.reach.weight;
        weight.style.background = `color-mix(in srgb, ${lane.weight < 0 ? "#2166ac" : "#b2182b"} ${
            Math.round(15 + 40 * share)}%, var(--st-background-color))`;
        weight.title = `pointwise weight ${lane.weight}`;
        const box = element("div", "lane");
        const head = element("div", "head");
        head.append(element("span", "", lane.title));
        const own = (tile, text) => {
            const line = element("div", "own");
            line.append(element("span", "", text));
            tile.prepend(line);
            return tile;
        };
        const between = lane.between.map((step, place) => {
            const title = data.names[4 + place][0];
            const shown = own(tile((i) => maps[step.map][i], step.reach, `${lane.title}, ${title}`), title);
            const note = element("div", "note");
            note.append(element("span", "", step.note));
            if (step.note) shown.append(note);
            return shown;
        });
        box.append(
            head,
            own(tile((i) => input[i], lane.reach.input, `${lane.title}, input map`, data.walk), "input"),
            grid(lane.kernel, data.reach.kernel, `${lane.title}, kernel`),
            own(tile((i) => depthwise[i], lane.reach.depthwise, `${lane.title}, depthwise map`), "depthwise"),
            ...between,
            weight,
            own(tile((i) => mixed[i] * lane.weight, data.reach.weighted, `${lane.title}, weighted`), "weighted"),
        );
        lanes.append(box);
    }
    const ends = steps.querySelector(".ends");
    ends.replaceChildren();
    ends.style.setProperty("--ends", data.ends.length);
    for (const end of data.ends) {
        const box = element("div", "end");
        box.append(element("div", "sign", end.sign));
        box.append(element("div", "title", end.title), tile((i) => maps[end.map][i], end.reach, end.title));
        box.append(element("small", "", end.note));
        ends.append(box);
    }

    const badge = steps.querySelector(".badge");
    badge.hidden = !data.badge;
    [badge.textContent, badge.style.background] = data.badge ?? ["", ""];
    const place = steps.querySelector(".place");
    const read = () => {
        readings.forEach((reading) => reading());
        place.textContent = `All numbers are of one pixel: row ${row}, column ${column}. ${data.hint}`;
    };
    const point = (event) => {
        if (event.target.tagName !== "CANVAS") return false;
        const box = event.target.getBoundingClientRect();
        const { size, strides, first } = event.target.walk;
        const nearest = (share, axis, end) =>
            clamp(Math.round((Math.floor(share * size[axis]) - first[axis]) / strides[axis]), end);
        row = nearest((event.clientY - box.top) / box.height, 0, rows);
        column = nearest((event.clientX - box.left) / box.width, 1, columns);
        read();
        return true;
    };
    const choose = () => setTriggerValue("chosen", { row, column });
    steps.onpointermove = point;
    steps.onclick = (event) => { if (point(event)) choose(); };
    steps.onkeydown = (event) => {
        const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
        if (move) {
            row = clamp(row + move[0], rows);
            column = clamp(column + move[1], columns);
            read();
        } else if (event.key === "Enter") choose();
        else return;
        event.preventDefault();
    };
    steps.setAttribute("aria-label", data.alt);
    read();
}
"""
