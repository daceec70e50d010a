// The window of a depthwise kernel over the pixels that it reads: drawn once, then moved without asking the server.

const words = (value, digits = 3) => {
    if (value === 0) return "0";
    const size = Math.abs(value);
    const isShort = size >= 1e-3 && size < 1e5;
    const text = isShort ? String(Number(value.toPrecision(digits))) : value.toExponential(digits - 2).replace("e+", "e");
    return text.replaceAll("-", "−");
};
// One precision for a table, as the server's own tables have it: three digits of the largest.
const aligned = (value, largest) => {
    if (!(largest >= 1e-3 && largest < 1e5)) return words(value, 3);
    const text = value.toFixed(Math.max(2 - Math.floor(Math.log10(largest)), 0));
    return (Number(text) ? text : text.replace("-", "")).replace("-", "−");
};
const counted = (count) => count.toLocaleString("en-US");
const element = (name, classes, text = "") => {
    const made = document.createElement(name);
    made.className = classes;
    made.textContent = text;
    return made;
};
// Dark letters or white ones, whichever are read better: by relative luminance (WCAG 2.2), as in the server's tables.
const ink = (shade) => {
    const linear = shade.map((part) => part / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.179 ? "#000" : "#fff";
};

// What lies under the kernel at a position, and what becomes of it. Beyond the map there are zeros.
function windowSum({ input, kernel }, { size, strides, before, dilation }, row, column) {
    const pixels = [], products = [];
    let sum = 0, beyond = 0;
    kernel.forEach((line, r) => line.forEach((weight, c) => {
        const down = row * strides[0] - before[0] + r * dilation[0];
        const across = column * strides[1] - before[1] + c * dilation[1];
        const inside = down >= 0 && across >= 0 && down < size[0] && across < size[1];
        const pixel = inside ? input[down * size[1] + across] : 0;
        beyond += !inside;
        pixels.push(pixel);
        products.push(pixel * weight);
        sum += pixel * weight;
    }));
    return { pixels, products, sum, beyond };
}

function windowWalk(steps, data, lanes, { colour, painted, readAgain }) {
    const find = (name) => steps.querySelector(`.${name}`);
    const [rows, columns] = data.size;
    const { walk, cost } = data;
    const kernelSize = [lanes[0].kernel.length, lanes[0].kernel[0].length];
    const extent = kernelSize.map((side, axis) => (side - 1) * walk.dilation[axis] + 1);
    // The map with the zeros around it: the window never leaves this.
    const padded = {
        strides: walk.strides,
        first: extent.map((side) => (side - 1) >> 1),
        size: data.size.map((end, axis) =>
            Math.max((end - 1) * walk.strides[axis] + extent[axis], walk.before[axis] + walk.size[axis])),
    };
    let lane = 0, update = () => {};

    const table = (title) => {
        const box = element("div", "table"), cells = element("div", "cells");
        cells.style.setProperty("--side", kernelSize[1]);
        cells.setAttribute("role", "img");
        const all = Array.from({ length: kernelSize[0] * kernelSize[1] }, () => element("b", ""));
        cells.append(...all);
        box.append(element("div", "caption", title), cells);
        const show = (values, reach) => {
            const largest = Math.max(...values.map(Math.abs));
            const texts = values.map((value) => aligned(value, largest));
            values.forEach((value, i) => {
                const shade = colour(value, reach ?? largest);
                all[i].textContent = texts[i];
                all[i].style.background = `rgb(${shade})`;
                all[i].style.color = ink(shade);
                all[i].title = value;
            });
            cells.setAttribute("aria-label", `${title}: ${texts.join(", ")}`);
        };
        return { box, show };
    };
    const [pixels, kernel, products] = ["pixels", "kernel", "products"].map(table);
    const sign = (text) => element("div", "times", text);
    find("tables").replaceChildren(pixels.box, sign("×"), kernel.box, sign("="), products.box);
    find("walk").toggleAttribute("data-wide", kernelSize[1] > 3);

    const buttons = lanes.map(({ title }, i) => {
        const button = element("button", "", title.replace("channel ", ""));
        button.type = "button";
        button.setAttribute("aria-label", `Input ${title}`);
        button.onclick = () => take(i);
        return button;
    });
    find("inputs").replaceChildren(element("span", "", "Input channel"), ...buttons);

    const most = Math.max(...cost.ways.map(({ each }) => each));
    const bar = (title, each, note) => {
        const line = element("div", "bar"), fill = element("i", ""), head = element("div", "one");
        const number = element("b", "", "");
        head.append(element("span", "", title), number);
        line.append(fill);
        const box = element("div", "");
        box.append(head, line, element("small", "", `${note} at each place`));
        const show = (places) => {
            number.textContent = counted(places * each);
            fill.style.width = `${100 * places * each / (rows * columns * most)}%`;
        };
        return { box, show };
    };
    const place = element("small", "");
    const bars = cost.ways.map(({ title, each, note }) => bar(title, each, note));
    const title = element("div", "caption", "Multiplications so far");
    find("count").replaceChildren(title, place, ...bars.map(({ box }) => box), element("div", "", cost.ratio));

    function take(i) {
        lane = i;
        steps.lane = lanes[i].title;
        buttons.forEach((button, at) => button.setAttribute("aria-pressed", at === i));
        lanes.forEach(({ box }, at) => box?.classList.toggle("walked", at === i));
        const { input, title, reach } = lanes[i];
        const ground = painted((at) => {
            const row = Math.floor(at / padded.size[1]) - walk.before[0], column = at % padded.size[1] - walk.before[1];
            const inside = row >= 0 && column >= 0 && row < walk.size[0] && column < walk.size[1];
            return inside ? input[row * walk.size[1] + column] : null;
        }, reach, `Input ${title}, with the window`, padded);
        const hole = element("i", "hole");
        Object.assign(hole.style, {
            width: `${100 * extent[1] / padded.size[1]}%`, height: `${100 * extent[0] / padded.size[0]}%`,
        });
        ground.frame.append(hole);
        find("ground").replaceChildren(ground.frame);
        kernel.show(lanes[i].kernel.flat());
        update = (row, column) => {
            hole.style.left = `${100 * column * walk.strides[1] / padded.size[1]}%`;
            hole.style.top = `${100 * row * walk.strides[0] / padded.size[0]}%`;
        };
        readAgain();
    }

    const told = (row, column, { sum, beyond, products }) => {
        const { title, bias } = lanes[lane];
        const strong = element("strong", "", words(sum, 4));
        const here = `at row ${row}, column ${column}`;
        const before = bias === null ? "" : `, before its bias of ${words(bias)}`;
        const [from, to = from] = title.replace("channel ", "").split(" → ");
        const what = cost.reads > 1
            ? `what input channel ${from} adds to output ${to} ${here}. The output sums ${cost.reads} input channels.`
            : `the depthwise map of ${title} ${here}${before}.`;
        const edge = beyond ? " Pixels beyond the edge count as 0." : "";
        find("sum").replaceChildren(products.length === 1 ? "The product is " : `The ${products.length} products add up to `, strong, `: ${what}${edge}`);
    };
    const read = (row, column) => {
        const found = windowSum(lanes[lane], walk, row, column);
        update(row, column);
        pixels.show(found.pixels, lanes[lane].reach);
        products.show(found.products);
        told(row, column, found);
        const places = row * columns + column + 1;
        place.textContent = `all channels, row by row: place ${counted(places)} of ${counted(rows * columns)}`;
        bars.forEach(({ show }) => show(places));
    };
    return { take, read };
}
