const SMALLEST_ENLARGEMENT = 3;  // from which pixels are shown as squares: less would make letters ragged

export default function ({ data, parentElement, setTriggerValue }) {
    const find = (selector) => parentElement.querySelector(selector);
    const [frame, image, cells, chosen, cursor, tip] =
        [".frame", "img", ".cells", ".chosen", ".cursor", ".tip"].map(find);
    const { rows, columns, labels, selected } = data;
    const percent = (share) => `${100 * share}%`;

    const address = new URL(`.${data.picture}`, location.href).href;  // from the app's root, where pages' names stand
    if (image.src !== address) image.src = address;
    [image.width, image.height] = data.size;
    image.alt = data.alt;
    const sharpen = () => {
        const enlarged = image.clientWidth * devicePixelRatio / data.size[0];
        image.style.imageRendering = !data.smooth && enlarged >= SMALLEST_ENLARGEMENT ? "pixelated" : "auto";
    };
    frame.observer?.disconnect();
    frame.observer = new ResizeObserver(sharpen);
    frame.observer.observe(frame);

    const put = (element, left, top, width, height) =>
        Object.assign(element.style, {
            left: percent(left), top: percent(top), width: percent(width), height: percent(height),
        });
    put(cells, ...data.area);
    cells.setAttribute("aria-label", `${data.alt.replace(/\.?$/, ".")} Arrow keys move, Enter chooses.`);
    cells.setAttribute("aria-rowcount", rows);
    cells.setAttribute("aria-colcount", columns);

    const putOn = (element, index) =>
        put(element, index % columns / columns, Math.floor(index / columns) / rows, 1 / columns, 1 / rows);

    const showChosen = (index) => {
        frame.chosen = index;
        chosen.classList.toggle("shown", index !== null);
        if (index !== null) putOn(chosen, index);
        cursor.setAttribute("aria-selected", index === frame.active);
    };
    const showTip = () => {
        const cell = cursor.getBoundingClientRect(), whole = frame.getBoundingClientRect();
        const middle = cell.left + cell.width / 2 - whole.left - tip.offsetWidth / 2;
        const above = cell.top - whole.top - tip.offsetHeight - 8;
        const top = above >= 0 ? above : cell.bottom - whole.top + 8;
        tip.style.left = `${Math.max(0, Math.min(middle, whole.width - tip.offsetWidth))}px`;
        tip.style.top = `${Math.max(0, Math.min(top, whole.height - tip.offsetHeight))}px`;
    };
    const goTo = (index) => {
        frame.active = index;
        putOn(cursor, index);
        // A new name each time: that is what tells a screen reader that it stands on another cell.
        cursor.id = `cell-${index}`;
        cells.setAttribute("aria-activedescendant", cursor.id);
        cursor.setAttribute("aria-label", labels[index]);
        cursor.setAttribute("aria-rowindex", Math.floor(index / columns) + 1);
        cursor.setAttribute("aria-colindex", index % columns + 1);
        cursor.setAttribute("aria-selected", index === frame.chosen);
        tip.textContent = labels[index];
        showTip();
    };
    const choose = (index) => {
        showChosen(index);  // at once, before the page has run
        setTriggerValue("chosen", index);
    };

    drawBoxes(data.boxes, find(".boxes"), find(".tags"), percent);
    cells.hidden = tip.hidden = !labels.length;  // nothing to choose: a picture like any other
    if (!labels.length) return;
    // The keyboard goes on where it was, unless something else was chosen meanwhile.
    const moved = selected !== null && selected !== frame.chosen;
    showChosen(selected);
    goTo(moved ? selected : Math.min(frame.active ?? 0, labels.length - 1));

    const under = (event) => {
        const { left, top, width, height } = cells.getBoundingClientRect();
        const column = Math.floor((event.clientX - left) / width * columns);
        const row = Math.floor((event.clientY - top) / height * rows);
        const index = row * columns + column;
        return row >= 0 && column >= 0 && column < columns && index < labels.length ? index : null;
    };
    const point = (event) => {
        const index = under(event);
        frame.classList.toggle("pointed", index !== null);
        cells.style.cursor = index === null ? "" : "pointer";
        if (index !== null) goTo(index);
        return index;
    };
    cells.onpointermove = (event) => event.pointerType === "mouse" && point(event);
    cells.onpointerleave = cells.onblur = () => frame.classList.remove("pointed");
    cells.onclick = (event) => {
        const index = point(event);
        if (index !== null) choose(index);
    };
    cells.onkeydown = (event) => {
        const at = frame.active, last = labels.length - 1, start = at - at % columns;
        const end = Math.min(start + columns - 1, last);
        const places = {
            ArrowLeft: Math.max(at - 1, start),
            ArrowRight: Math.min(at + 1, end),
            ArrowUp: at - columns >= 0 ? at - columns : at,
            ArrowDown: at + columns <= last ? at + columns : at,
            Home: event.ctrlKey ? 0 : start,
            End: event.ctrlKey ? last : end,
        };
        if (event.altKey || event.metaKey) return;
        if (event.key in places) goTo(places[event.key]);
        else if (event.key === "Enter" || event.key === " ") choose(at);
        else return;
        event.preventDefault();
    };
    return () => frame.observer.disconnect();
}

function drawBoxes(boxes, layer, tags, percent) {
    layer.replaceChildren(...boxes.map(({ left, top, right, bottom, colour, cuts }) => {
        const box = document.createElement("div");
        box.style.setProperty("--colour", colour);
        Object.assign(box.style, {
            left: percent((left + right) / 2), top: percent((top + bottom) / 2),
            width: percent(right - left), height: percent(bottom - top),
        });
        for (const side of cuts) box.style.setProperty(`border-${side}-style`, "dashed");
        return box;
    }));
    tags.replaceChildren(...boxes.filter((box) => box.label).map(({ left, top, right, colour, label }) => {
        const tag = document.createElement("div");
        tag.textContent = label;
        tag.style.setProperty("--colour", colour);
        Object.assign(tag.style, left > 0.5 ? { right: percent(1 - right) } : { left: percent(left) });
        Object.assign(tag.style, top > 0.1 ? { bottom: percent(1 - top) } : { top: percent(top) });
        return tag;
    }));
}
