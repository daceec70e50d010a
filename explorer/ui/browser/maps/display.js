export default function ({ data, parentElement }) {
    const display = parentElement.querySelector(".display");
    const [opacity, colours, high] = ["#opacity", "#colours", "#high"].map((name) => display.querySelector(name));
    const options = data.colours.map(([name, title]) => new Option(title, name));
    colours.replaceChildren(...options);
    colours.disabled = options.length < 2;
    const show = () => {
        const { opacity: percent, colours: chosen, range, high: value } = look();
        opacity.value = percent;
        display.querySelector("output").textContent = `${percent} %`;
        colours.value = options.some((option) => option.value === chosen) ? chosen : options[0].value;
        for (const radio of display.querySelectorAll("[name=range]")) radio.checked = radio.value === range;
        display.classList.toggle("own", range === "own");
        if (Number(high.value) !== value) high.value = value ?? "";  // what is being typed is left as it is
    };
    opacity.oninput = () => setLook({ opacity: Number(opacity.value) });
    colours.onchange = () => setLook({ colours: colours.value });
    for (const radio of display.querySelectorAll("[name=range]")) {
        radio.onchange = () =>
            setLook({ range: radio.value, high: look().high ?? (Number(data.own.toPrecision(2)) || 1) });
    }
    high.oninput = () => { if (Number(high.value) > 0) setLook({ high: Number(high.value) }); };
    listen(display, "map-look", show);
    show();
    return () => deaf(display);
}
