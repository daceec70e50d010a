// The arithmetic of `explorer.vision.methods.upscaling` and `explorer.figures.maps.overlay`, pixel by pixel.
const RED = 0.299, GREEN = 0.587, BLUE = 0.114;

// For each pixel the cells before and after it, and how far it is from the first to the second, 0 to 1.
function between({ centre, jump }, cells, inputSize, pixels) {
    const before = new Int32Array(pixels), after = new Int32Array(pixels), share = new Float64Array(pixels);
    for (let i = 0; i < pixels; i++) {
        const seen = (i + 0.5) * inputSize / pixels - 0.5;
        const position = Math.min(Math.max((seen - centre) / jump, 0), cells - 1);
        before[i] = Math.floor(position);
        after[i] = Math.min(before[i] + 1, cells - 1);
        share[i] = position - before[i];
    }
    return { before, after, share };
}

// A map's cells over the whole picture: smoothly interpolated, and each pixel's nearest cell.
function spread(values, { shape: [rows, columns], field, inputSize }, width, height) {
    const down = between(field.rows, rows, inputSize, height);
    const across = between(field.columns, columns, inputSize, width);
    const smooth = new Float32Array(width * height), nearest = new Float32Array(width * height);
    for (let y = 0, i = 0; y < height; y++) {
        const above = down.before[y] * columns, below = down.after[y] * columns, share = down.share[y];
        const near = share < 0.5 ? above : below;
        for (let x = 0; x < width; x++, i++) {
            const left = across.before[x], right = across.after[x], part = across.share[x];
            const first = values[above + left] * (1 - share) + values[below + left] * share;
            const second = values[above + right] * (1 - share) + values[below + right] * share;
            smooth[i] = first * (1 - part) + second * part;
            nearest[i] = values[near + (part < 0.5 ? left : right)];
        }
    }
    return { smooth, nearest };
}

// Of a value: where its colour begins in the table, and how much the map covers there, 0 to 1.
function colouring(table, low, high, diverging) {
    const last = table.length / 3 - 1, span = high - low, flat = diverging ? last / 2 : 0;
    return {
        at: (value) => 3 * (span > 0 ? Math.round((Math.min(Math.max(value, low), high) - low) / span * last) : flat),
        strength: (value) => {
            if (!(span > 0)) return 0;
            const share = (Math.min(Math.max(value, low), high) - low) / span;
            return diverging ? Math.abs(2 * share - 1) : share;
        },
    };
}

function paintMap(pixels, values, table, { at }) {
    for (let i = 0; i < values.length; i++) {
        const colour = at(values[i]);
        pixels[4 * i] = table[colour];
        pixels[4 * i + 1] = table[colour + 1];
        pixels[4 * i + 2] = table[colour + 2];
        pixels[4 * i + 3] = 255;
    }
}

// The picture loses its own colours as far as it is covered, so that every hue there is the map's.
function paintOverlay(pixels, photograph, values, table, { at, strength }, opacity) {
    for (let i = 0; i < values.length; i++) {
        const colour = at(values[i]), cover = opacity * strength(values[i]);
        const gray = RED * photograph[4 * i] + GREEN * photograph[4 * i + 1] + BLUE * photograph[4 * i + 2];
        for (let k = 0; k < 3; k++) {
            const own = photograph[4 * i + k], beneath = own + cover * (gray - own);
            pixels[4 * i + k] = beneath + cover * (table[colour + k] - beneath);
        }
        pixels[4 * i + 3] = 255;
    }
}

// Paints what `fill` makes of the pixels, and over its lowest rows what the picture says of the weights.
function paintCanvas(canvas, width, height, band, fill) {
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d"), pixels = new ImageData(width, height);
    fill(pixels.data);
    context.putImageData(pixels, 0, 0);
    if (band) context.drawImage(band, 0, height - band.naturalHeight);
}

const STOPS = 17;  // between two of them the colours run as straight as in the table

function gradient(table) {
    const stops = [...Array(STOPS).keys()].map((i) => {
        const at = 3 * Math.round(i * (table.length / 3 - 1) / (STOPS - 1));
        return `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`;
    });
    return `linear-gradient(to right, ${stops})`;
}
