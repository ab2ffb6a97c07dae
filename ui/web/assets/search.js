// Search while typing: after a pause, and never with the half-written syllables of an input method.
{
  const PAUSE_MS = 300;
  let pause;
  const box = () => document.querySelector("#pq-search-box input, #pq-search-box textarea");
  const search = () => {
    clearTimeout(pause);
    tell("pq-search-typed", {});
  };
  // Null forgets all that were kept.
  const keep = (text) => tell("pq-search-kept", { text });
  const wait = (event) => {
    if (event.target !== box() || event.isComposing) return;
    clearTimeout(pause);
    pause = setTimeout(search, PAUSE_MS);
  };
  document.addEventListener("input", wait);
  document.addEventListener("compositionend", wait);

  const write = (text) => {
    const field = box();
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    search();
  };
  document.addEventListener("click", (event) => {
    const from = event.target.closest && event.target.closest("[data-pq-search], [data-pq-forget], #pq-results h3 a");
    if (!from) return;
    if (from.dataset.pqSearch !== undefined) return write(from.dataset.pqSearch);
    if (from.dataset.pqForget === undefined) return keep(box().value);
    from.closest("section").remove();
    keep(null);
  }, true);

  // Arrows move between the box and the hits; Enter opens the hit, or searches without waiting.
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    const field = box();
    const hit = event.target.closest && event.target.closest(".pq-result");
    if (!hit && event.target !== field) return;
    const hits = [...document.querySelectorAll("#pq-results .pq-result")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length && !event.shiftKey) {
      const next = hits.indexOf(hit) + step;
      if (next < -1) return;
      event.preventDefault();
      (next < 0 ? field : hits[Math.min(next, hits.length - 1)]).focus();
    } else if (event.key === "Enter" && event.target === field) {
      search();
      keep(field.value);
    } else if (event.key === "Enter" && event.target === hit) {
      hit.querySelector("h3 a").click();
    } else if (event.key === "Escape" && event.target === field && field.value) {
      write("");
    }
  });
}
