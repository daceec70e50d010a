// Lettering of charts that stands out from the page by less than 4.5 to 1: axe leaves drawings out.
() => {
    const above = at => at.parentElement ?? at.getRootNode().host ?? null
    const lineage = element => (element ? [element, ...lineage(above(element))] : [])
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
    function painted(colours) {
        for (const [colour, opacity] of colours) {
            canvas.globalAlpha = opacity
            canvas.fillStyle = colour
            canvas.fillRect(0, 0, 1, 1)
        }
        return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)]
    }
    const luminance = colour => {
        const [r, g, b] = colour.map(part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const lettering = [...document.querySelectorAll(".js-plotly-plot text:not(.bartext-inside)")].filter(text => text.textContent.trim())
    const faint = lettering.flatMap(text => {
        const own = getComputedStyle(text), behind = [["#fff", 1]]
        for (const at of lineage(text).reverse()) behind.push([getComputedStyle(at).backgroundColor, 1])
        const opacity = lineage(text).reduce((share, at) => share * getComputedStyle(at).opacity, Number(own.fillOpacity))
        const both = [painted(behind), painted([[own.fill, opacity]])].map(luminance).sort((a, b) => b - a)
        const contrast = (both[0] + 0.05) / (both[1] + 0.05)
        return contrast < 4.5 ? [`"${text.textContent.slice(0, 40)}" has ${contrast.toFixed(1)} to 1`] : []
    })
    return { count: lettering.length, faint }
}
