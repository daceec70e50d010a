/* Turns a widget once, by a key or a click. Gives the seconds from then until the first and until the last change of
   what the page tells and draws: texts, pictures, lines of charts. What the widget changes in itself does not count.
   Nothing if nothing changes. */
([element, key]) => new Promise((done) => {
    const SHAPES = ['d', 'x', 'y', 'x1', 'y1', 'points', 'transform', 'width', 'height', 'src', 'href']
    const STILL_MS = 600, NEVER_MS = 5000
    const own = element.closest('[data-testid=stElementContainer]')
    const main = document.querySelector('[data-testid=stMain]')
    const roots = [main, ...[...main.querySelectorAll('*')].map((each) => each.shadowRoot).filter(Boolean)]
    const isSeen = (node) => node.nodeName !== 'STYLE' && (node.textContent || node.querySelector?.('img, path, rect'))
    const counts = ({target, type, attributeName, addedNodes, removedNodes}) => !own?.contains(target)
        && (type !== 'attributes' || SHAPES.includes(attributeName))
        && (type !== 'childList' || [...addedNodes, ...removedNodes].some(isSeen))
    let first, last, still
    const end = (found) => { watch.disconnect(); clearTimeout(never); done(found) }
    const never = setTimeout(() => end(null), NEVER_MS)
    const watch = new MutationObserver((records) => {
        if (!records.some(counts)) return
        last = (performance.now() - start) / 1000
        first ??= last
        clearTimeout(still)
        clearTimeout(never)
        still = setTimeout(() => end([first, last]), STILL_MS)
    })
    for (const root of roots)
        watch.observe(root, {subtree: true, childList: true, characterData: true, attributes: true})
    element.focus()
    const start = performance.now()
    if (!key) return element.click()
    const keyCode = {ArrowLeft: 37, ArrowRight: 39}[key]
    for (const type of ['keydown', 'keyup'])
        element.dispatchEvent(new KeyboardEvent(type, {key, code: key, keyCode, bubbles: true}))
})
