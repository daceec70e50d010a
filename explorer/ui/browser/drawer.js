// On a phone the drawer covers the page: choosing one closes it.
export default function () {
    if (window.closesDrawer) return;  // once for a window, whatever page is shown
    window.closesDrawer = true;
    document.addEventListener("click", (event) => {
        const link = event.target.closest?.(".st-key-pages a, [data-testid=stSidebarNav] a");
        if (!link || !matchMedia("(max-width: 767px)").matches) return;
        document.querySelector("[data-testid=stSidebar][aria-expanded=true] [data-testid=stSidebarCollapseButton] button")
            ?.click();
    });
}
