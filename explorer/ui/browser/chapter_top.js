// Another chapter begins at its top, wherever the one before was left; the first one that a window shows stays where it is.
export default function ({ data }) {
    if (window.chapterShown !== undefined && window.chapterShown !== data.chapter) {
        document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
    }
    window.chapterShown = data.chapter;
}
