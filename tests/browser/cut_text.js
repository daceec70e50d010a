// Every text, and every frame of what is pressed, that is cut, shortened with dots or out of reach: itself, and what
// cuts it. In shadow roots and drawings too.
([unseen, pushed]) => {
    const faults = new Set()
    const above = at => at.assignedSlot ?? at.parentElement ?? at.getRootNode().host ?? null
    const is = (element, selector) => element !== null && (element.matches(selector) || is(above(element), selector))
    const isSeen = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    const name = element => {
        for (let at = element; at; at = above(at)) if (at.dataset?.testid) return `${element.localName} of ${at.dataset.testid}`
        return element.localName
    }
    const report = (text, what, by) => faults.add(`"${text.trim().replace(/\s+/g, " ").slice(0, 60)}" ${what} ${name(by)}`)
    const hides = way => way === "hidden" || way === "clip"
    const scrolls = way => way === "auto" || way === "scroll"

    function judge(element, { left, right, top, bottom }, text) {
        if (right - left < 1 || bottom - top < 1) return
        let position = "static"
        for (let at = element; at && at !== document.body; at = above(at)) {
            const style = getComputedStyle(at), frame = at.getBoundingClientRect()
            const holds = style.position !== "static" || style.transform !== "none" || style.containerType !== "normal"
            if (position === "fixed" || (position === "absolute" && !holds)) continue
            if (holds || at === element) position = style.position
            if (style.display === "contents" || (style.display === "inline" && at.localName !== "svg")) continue
            if (hides(style.overflowX) && Math.min(frame.width, frame.height) <= 1) return // for screen readers alone
            if (at.matches(pushed)) [left, right] = [frame.left, frame.right]
            const isOutside = left < frame.left - 1 || right > frame.right + 1
            if (isOutside && hides(style.overflowX)) return report(text, "is cut at a side by", at)
            if (isOutside && scrolls(style.overflowX)) return report(text, "is seen only if one pushes sideways", at)
            if (hides(style.overflowY) && (top < frame.top - 2 || bottom > frame.bottom + 2))
                return report(text, "is cut above or below by", at)
            if (scrolls(style.overflowY)) [top, bottom] = [frame.top, frame.bottom]
        }
        if (left < -1 || right > innerWidth + 1) report(text, "lies beside the window:", element)
    }

    function look(root) {
        for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot) look(element.shadowRoot)
            if (element.matches("script, style, option, title, desc, defs *") || !isSeen(element) || is(element, unseen)) continue
            const words = element.value?.trim?.() || element.placeholder || element.textContent
            const shortens = element.localName === "input" || getComputedStyle(element).textOverflow === "ellipsis"
            if (words && shortens && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
                report(words, "is shortened by", element)
            if (element.matches("button, a, [role=radio], [role=tab]"))
                judge(element, element.getBoundingClientRect(), `frame of ${words}`)
            for (const node of element.childNodes) {
                if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue
                const range = document.createRange()
                range.selectNodeContents(node)
                for (const box of range.getClientRects()) judge(element, box, node.data)
            }
        }
    }
    look(document)
    return [...faults]
}
