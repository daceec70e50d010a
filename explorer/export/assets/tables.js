// Tables of layers sort by the heading that is pressed, and show the rows that have all words of the search.
for (const part of document.querySelectorAll(".searched")) {
    const body = part.querySelector("tbody"), rows = [...body.rows];
    const headings = [...part.querySelectorAll("thead th")];

    const value = (row, column, isNumber) => {
        const cell = row.cells[column], written = cell.dataset.value ?? cell.textContent;
        return isNumber ? Number(written.replaceAll(",", "")) : written;
    };
    const sort = (heading) => {
        const column = headings.indexOf(heading), isNumber = "number" in heading.dataset;
        const before = heading.getAttribute("aria-sort");
        // Who sorts numbers looks for the largest; the place in the network is no such number.
        const begins = isNumber && column > 0 ? "descending" : "ascending";
        const order = before === "none" ? begins : before === "ascending" ? "descending" : "ascending";
        for (const each of headings) each.setAttribute("aria-sort", each === heading ? order : "none");
        const sign = order === "ascending" ? 1 : -1;
        const compare = (a, b) => isNumber ? a - b : a.localeCompare(b, "en", { numeric: true });
        // Rows that are equal stay in the network's order, whichever way.
        body.append(...rows.toSorted((a, b) => sign * compare(value(a, column, isNumber), value(b, column, isNumber))));
    };
    for (const heading of headings) heading.querySelector("button").addEventListener("click", () => sort(heading));

    const texts = rows.map((row) => {
        const cells = [...row.cells].slice(1, 4).map((cell) => cell.textContent);
        return [...cells, row.dataset.words].join(" ").toLowerCase();
    });
    const status = part.querySelector("[role=status]");
    part.querySelector("input").addEventListener("input", (event) => {
        const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
        let found = 0;
        rows.forEach((row, i) => {
            row.hidden = !words.every((word) => texts[i].includes(word));
            found += !row.hidden;
        });
        status.textContent = words.length ? `${found} of ${rows.length} layers` : `${rows.length} layers`;
    });
}
