export default function ({ data, parentElement }) {
    const scene = parentElement.querySelector(".scene");
    const find = (selector) => scene.querySelector(selector);
    const figures = [...scene.querySelectorAll("figure")];
    const radios = [...scene.querySelectorAll("[name=part]")];
    const canvases = { map: find("figure[data-part=map] canvas"), overlay: find("figure[data-part=overlay] canvas") };
    for (const radio of radios) radio.onchange = () => setLook({ part: radio.value });

    const paint = () => {
        const { part, opacity, colours, range, high: fixed } = look();
        scene.dataset.part = part;
        for (const radio of radios) radio.checked = radio.value === part;
        if (!scene.material?.spreads) return;
        const { data, photograph, spreads, band } = scene.material;
        const { signed } = data, { width, height } = photograph;
        const table = bytes(data.tables[colours] ?? Object.values(data.tables)[0]);
        const high = range === "fixed" && fixed > 0 ? fixed : data.own, low = signed ? -high : 0;
        const rule = colouring(table, low, high, signed);
        paintCanvas(canvases.map, width, height, band, (pixels) => paintMap(pixels, spreads.nearest, table, rule));
        paintCanvas(canvases.overlay, width, height, band, (pixels) =>
            paintOverlay(pixels, photograph.data, spreads.smooth, table, rule, opacity / 100));
        find(".scale i").style.background = gradient(table);
        find(".of").textContent = data.of;
        find(".low").textContent = signed ? `${significant(low)} (against)` : significant(low);
        find(".high").textContent = signed ? `${significant(high)} (for)` : significant(high);
    };
    const write = () => {
        const image = find("img"), [width, height] = data.size;
        if (image.getAttribute("src") !== whole(data.picture)) image.src = whole(data.picture);
        image.alt = data.alts.picture;
        scene.style.setProperty("--ratio", width / height);
        for (const picture of [image, ...Object.values(canvases)]) {
            if (picture.width !== width || picture.height !== height) Object.assign(picture, { width, height });
        }
        for (const [part, canvas] of Object.entries(canvases)) canvas.setAttribute("aria-label", data.alts[part]);
        for (const figure of figures) {
            figure.querySelector("figcaption span").textContent = data.captions[figure.dataset.part];
        }
        scene.setAttribute("aria-label", data.title);
        scene.classList.toggle("empty", Boolean(data.nothing));
        find(".nothing").textContent = data.nothing;
    };
    const show = async () => {
        scene.setAttribute("aria-busy", "true");
        let missed = false;
        try {
            const [photograph, values, band] = await Promise.all([
                once(data.picture, photographOf), once(data.map, numbersOf), data.badge && once(data.badge, imageOf),
            ]);
            if (scene.asked !== asked) return;  // another map was asked for meanwhile
            const shown = data.signed ? values : values.map((value) => Math.max(value, 0));
            const spreads = data.nothing ? null : spread(shown, data, photograph.width, photograph.height);
            scene.material = { data, photograph, spreads, band };
            write();
            paint();
        } catch (error) {
            if (scene.asked !== asked) return;
            console.warn(error);
            scene.asked = null;
            missed = true;
        }
        find(".missed").hidden = !missed;
        find(".figures").hidden = missed;
        scene.setAttribute("aria-busy", "false");
    };
    const save = ({ detail: part }) => {
        if (!scene.material?.spreads) return;
        const name = `${scene.material.data.name}-${part}.png`;
        canvases[part].toBlob((blob) => {
            const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
            link.click();
            setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
        });
    };
    listen(scene, "map-look", paint);
    listen(scene, "map-save", save);
    listen(scene, "map-show", () => {
        const { top, bottom } = scene.getBoundingClientRect();
        if (top >= 0 && bottom <= innerHeight) return;
        const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
        scene.scrollIntoView({ behavior: calm ? "auto" : "smooth" });
    });

    const asked = JSON.stringify(data);
    if (scene.asked !== asked) {
        scene.asked = asked;
        if (!scene.material) {  // the room that the pictures take is kept from the beginning
            write();
            paint();
        }
        show();
    }
    return () => deaf(scene);
}
