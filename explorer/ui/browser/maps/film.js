const FRAME_MS = 700;
const SMALL_PX = 240;  // longer side of a frame below the screen

const calm = matchMedia("(prefers-reduced-motion: reduce)");

function reduced(photograph, image) {
    const share = Math.min(1, SMALL_PX / Math.max(photograph.width, photograph.height));
    const width = Math.round(photograph.width * share), height = Math.round(photograph.height * share);
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
}

export default function ({ data, parentElement, setTriggerValue }) {
    const film = parentElement.querySelector(".film"), missed = parentElement.querySelector(".missed");
    const find = (selector) => film.querySelector(selector);
    const [screen, scrub, play, flows] = [".screen canvas", "input", ".play", ".flows"].map(find);
    const last = data.frames.length - 1;
    film.buttons ??= new Map();

    const stop = () => {
        clearInterval(film.timer);
        film.timer = null;
        play.textContent = calm.matches ? "Next frame" : "▶ Play";
    };
    const paintOne = (canvas, frame, photograph, smooth, band) => {
        const { opacity, colours } = look(), table = bytes(data.tables[colours] ?? Object.values(data.tables)[0]);
        const rule = colouring(table, data.signed ? -frame.own : 0, frame.own, data.signed);
        paintCanvas(canvas, photograph.width, photograph.height, band, (pixels) =>
            paintOverlay(pixels, photograph.data, smooth, table, rule, opacity / 100));
    };
    const valuesOf = ({ first, shape: [rows, columns] }) => {
        const values = film.material.values.subarray(first, first + rows * columns);
        return data.signed ? values : values.map((value) => Math.max(value, 0));
    };
    const smoothOf = (frame, { width, height }) =>
        spread(valuesOf(frame), { ...frame, inputSize: data.inputSize }, width, height).smooth;

    const goTo = (at) => {
        film.at = Math.max(0, Math.min(at, last));
        const frame = data.frames[film.at], { material } = film;
        scrub.value = film.at;
        scrub.setAttribute("aria-valuetext", `${frame.title}, ${frame.note}`);
        find(".count").textContent = `${film.at + 1} of ${last + 1}`;
        find(".now b").textContent = frame.title;
        find(".now span").textContent = frame.note;
        screen.setAttribute("aria-label", frame.alt);
        find(".low").textContent = data.signed ? `${significant(-frame.own)} (against)` : "0";
        find(".high").textContent = data.signed ? `${significant(frame.own)} (for)` : significant(frame.own);
        data.frames.forEach(({ node }, i) => film.buttons.get(node).classList.toggle("playing", i === film.at));
        if (material) {
            paintOne(screen, frame, material.photograph, smoothOf(frame, material.photograph), material.band);
        }
    };
    const paintAll = () => {
        film.waits = false;
        const { colours } = look(), { material } = film;
        find(".scale i").style.background = gradient(bytes(data.tables[colours] ?? Object.values(data.tables)[0]));
        data.frames.forEach((frame, i) => {
            const canvas = film.buttons.get(frame.node).querySelector("canvas");
            paintOne(canvas, frame, material.small, material.smooths[i], material.smallBand);
        });
        goTo(film.at);
    };
    const choose = (node) => {
        stop();
        goTo(data.frames.findIndex((frame) => frame.node === node));
        setTriggerValue("clicked", node);
        window.dispatchEvent(new Event("map-show"));
    };
    const putStop = (stop) => film.buttons.forEach((button) => { button.tabIndex = button === stop ? 0 : -1; });

    const lay = () => {
        const made = new Map();
        flows.replaceChildren(...data.flows.map(({ name, title, colour }) => {
            const panel = document.createElement("div"), grid = document.createElement("div");
            panel.style.setProperty("--flow", colour);
            grid.className = "frames";
            const heading = Object.assign(document.createElement("h4"), { textContent: title });
            for (const { node } of data.frames.filter((frame) => frame.flow === name)) {
                const button = Object.assign(document.createElement("button"), { type: "button", className: "frame" });
                const [canvas, title, note] = ["canvas", "b", "span"].map((each) => document.createElement(each));
                canvas.ariaHidden = "true";
                button.append(canvas, title, note);
                button.onclick = () => choose(node);
                made.set(node, button);
                grid.append(button);
            }
            panel.append(heading, grid);
            return panel;
        }));
        film.buttons = made;
    };
    const write = () => {
        for (const frame of data.frames) {
            const button = film.buttons.get(frame.node);
            button.querySelector("b").textContent = frame.title;
            button.querySelector("span").textContent = frame.note;
            button.ariaLabel = frame.alt;
            button.dataset.name = frame.node;
            button.ariaPressed = String(frame.node === data.chosen);
        }
        const focused = flows.getRootNode().activeElement;
        putStop([...film.buttons.values()].find((button) => button === focused)
            ?? film.buttons.get(data.chosen) ?? film.buttons.get(data.frames[0].node));
    };
    const show = async (asked) => {
        try {
            const [photograph, image, values, band, smallBand] = await Promise.all([
                once(data.picture, photographOf), imageOf(whole(data.picture)), once(data.values, numbersOf),
                data.badge && once(data.badge, imageOf), data.smallBadge && once(data.smallBadge, imageOf),
            ]);
            if (film.asked !== asked) return;
            const small = reduced(photograph, image);
            film.material = { photograph, small, values, band, smallBand };
            film.material.smooths = data.frames.map((frame) => smoothOf(frame, small));
            film.style.setProperty("--ratio", photograph.width / photograph.height);
            paintAll();
        } catch (error) {
            if (film.asked !== asked) return;
            console.warn(error);
            film.asked = null;
        }
        missed.hidden = film.asked !== null;
        film.hidden = film.asked === null;
        film.ariaBusy = "false";
    };

    const order = JSON.stringify(data.frames.map(({ node }) => node));
    if (film.order !== order) {
        stop();
        film.order = order;
        film.at = 0;
        film.chosen = undefined;
        scrub.max = last;
        lay();
    }
    const chosen = data.frames.findIndex(({ node }) => node === data.chosen);
    if (film.chosen !== data.chosen && chosen >= 0) film.at = chosen;
    film.chosen = data.chosen;
    write();
    scrub.oninput = () => { stop(); goTo(Number(scrub.value)); };
    find(".above").onclick = () => choose(data.frames[film.at].node);
    play.onclick = () => {
        if (film.timer) return stop();
        if (calm.matches) return goTo(film.at === last ? 0 : film.at + 1);
        goTo(film.at === last ? 0 : film.at + 1);
        play.textContent = "❚❚ Pause";
        film.timer = setInterval(() => {
            if (film.at === last) stop();
            else goTo(film.at + 1);
        }, FRAME_MS);
    };
    flows.onkeydown = (event) => {
        const buttons = [...film.buttons.values()], at = buttons.indexOf(event.target.closest(".frame"));
        const to = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: last };
        if (event.altKey || event.metaKey || !(event.key in to)) return;
        event.preventDefault();
        const button = buttons[Math.max(0, Math.min(to[event.key], last))];
        putStop(button);
        button.focus();
    };
    listen(film, "map-look", () => {
        if (!film.material || film.waits) return;
        film.waits = true;
        requestAnimationFrame(paintAll);
    });
    calm.onchange = stop;
    if (!film.timer) stop();
    const { chosen: _, ...painted } = data, asked = JSON.stringify(painted);
    if (film.asked === asked && film.material) goTo(film.at);
    else {
        film.ariaBusy = "true";
        film.asked = asked;
        film.material = null;
        goTo(film.at);
        show(asked);
    }
    return () => { stop(); deaf(film); };
}
