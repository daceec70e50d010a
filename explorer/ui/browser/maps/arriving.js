// What the browser fetches to paint: photographs, numbers, badges; and what comes with the message itself.
const KEPT = 12;
const arrived = new Map();  // what came last, by address: a map that was seen is there at once

const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
// Streamlit's addresses begin at the app's root, which is where the pages' names stand.
const whole = (address) => new URL(address.startsWith("/") ? `.${address}` : address, location.href).href;

function once(address, fetched) {
    const known = arrived.get(address) ?? fetched(whole(address));
    arrived.delete(address);
    arrived.set(address, known);
    known.catch(() => arrived.delete(address));
    if (arrived.size > KEPT) arrived.delete(arrived.keys().next().value);
    return known;
}

async function imageOf(url) {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
}

async function photographOf(url) {
    const image = await imageOf(url), width = image.naturalWidth, height = image.naturalHeight;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, width, height);
}

async function numbersOf(url) {
    if (url.startsWith("data:")) return new Float32Array(bytes(url.slice(url.indexOf(",") + 1)).buffer);
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return new Float32Array(await answer.arrayBuffer());
}
