const floats = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);

export default function ({ data, parentElement }) {
    const steps = parentElement.querySelector(".steps");
    const forget = () => steps.forget?.();
    if (steps.drawn === data.stamp) return forget;
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
    let [row, column] = data.strongest;

    // All maps are read at one place; an input map at the pixel under the middle of the window.
    const same = { size: data.size, strides: [1, 1], first: [0, 0] };
    function painted(read, reach, title, walk) {
        const [rows, columns] = walk.size;
        const frame = element("div", "frame"), canvas = element("canvas", "");
        Object.assign(canvas, { width: columns, height: rows, walk });
        frame.style.setProperty("--rows", rows);
        frame.style.setProperty("--columns", columns);
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", title);
        const pixels = new ImageData(columns, rows);
        for (let i = 0; i < rows * columns; i++) {
            const value = read(i);
            if (value !== null) pixels.data.set([...colour(value, reach), 255], 4 * i);
        }
        canvas.getContext("2d").putImageData(pixels, 0, 0);
        frame.append(canvas);
        return { frame, canvas };
    }
    function tile(read, reach, title, walk = same) {
        const middle = (at, axis) => clamp(at * walk.strides[axis] + walk.first[axis], walk.size[axis]);
        const box = element("div", "tile"), { frame } = painted(read, reach, title, walk);
        const value = element("span", ""), line = element("div", "value");
        readings.push(() => {
            const down = middle(row, 0), across = middle(column, 1);
            frame.style.setProperty("--row", down);
            frame.style.setProperty("--column", across);
            value.textContent = words(read(down * walk.size[1] + across));
        });
        frame.append(element("i", ""));
        line.append(value);
        box.append(frame, line);
        return box;
    }
    function grid(kernel, reach, title) {
        const box = element("div", "kernel");
        box.style.gridTemplateColumns = `repeat(${kernel[0].length}, 1fr)`;
        box.toggleAttribute("data-wide", kernel[0].length > 3);
        box.setAttribute("role", "img");
        box.setAttribute("aria-label", `${title}: ${kernel.map((line) => line.map((value) => words(value)).join(", ")).join("; ")}`);
        kernel.forEach((line, r) => line.forEach((value, c) => {
            const shade = colour(value, reach);
            const cell = element("b", "", value.toFixed(2).replace("-", "−").replace("−0.00", "0.00"));
            cell.style.background = `rgb(${shade})`;
            cell.style.color = ink(shade);
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
    const walked = [];
    data.lanes.forEach((lane, number) => {
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
            own(tile((i) => input[i], lane.reach.input, `${lane.title}, input map`, data.walk), data.own[0]),
            grid(lane.kernel, data.reach.kernel, `${lane.title}, kernel`),
            own(tile((i) => depthwise[i], lane.reach.depthwise, `${lane.title}, ${data.own[1]} map`), data.own[1]),
            ...between,
            weight,
            own(tile((i) => mixed[i] * lane.weight, data.reach.weighted, `${lane.title}, ${data.own[2]}`), data.own[2]),
        );
        box.dataset.lane = number;
        lanes.append(box);
        walked.push({ input, kernel: lane.kernel, title: lane.title, bias: lane.bias, reach: lane.reach.input, box });
    });
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
    const before = steps.lane;
    const walk = windowWalk(steps, data, walked, { colour, painted, readAgain: () => read() });
    const read = () => {
        walk.read(row, column);
        readings.forEach((reading) => reading());
        place.textContent = `All maps below are read at the same place: row ${row}, column ${column}. ${data.hint}`;
    };
    const strongest = () => {
        const added = data.lanes.map((lane) => Math.abs(maps[lane.mixed][row * columns + column] * lane.weight));
        return added.indexOf(Math.max(...added));
    };
    // Other lanes, in which the input that was walked over is too: it stays.
    const sameInput = walked.findIndex(({ title }) => title === before);
    // The place that is chosen comes from the line beside this drawing: now, and whenever it changes.
    const goTo = ({ detail }) => {
        [row, column] = detail.map((at, axis) => clamp(at, data.size[axis]));
        if (ready) read();
    };
    let ready = false;
    steps.forget?.();
    window.addEventListener("place-chosen", goTo);
    steps.forget = () => window.removeEventListener("place-chosen", goTo);
    window.dispatchEvent(new CustomEvent("place-wanted"));
    ready = true;
    walk.take(data.lane ?? (sameInput >= 0 ? sameInput : strongest()));

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
    const choose = () => window.dispatchEvent(new CustomEvent("place-picked", { detail: { row, column } }));
    steps.onpointermove = point;
    steps.onclick = (event) => {
        if (!point(event)) return;
        const lane = event.target.closest("[data-lane]");
        if (lane) walk.take(Number(lane.dataset.lane));
        choose();
    };
    steps.onkeydown = (event) => {
        const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
        if (move) {
            row = clamp(row + move[0], rows);
            column = clamp(column + move[1], columns);
            read();
        } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") choose();
        else return;
        event.preventDefault();
    };
    steps.setAttribute("aria-label", `${data.alt}. Arrow keys move the window, Enter chooses the cell.`);
    return forget;
}
