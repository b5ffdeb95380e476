"""Whether a page is moved sideways: by Streamlit's own scroller, for the document never is."""

SIDEWAYS = """(() => {
    const { scrollWidth, clientWidth } = document.querySelector("[data-testid=stMain]");
    return scrollWidth > clientWidth + 1;
})()"""
