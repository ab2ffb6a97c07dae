// The clause before or after a cited one is put into its card; the rest of the pane stays as and where it is.
window.policyqaSources = (element, server) => {
  element.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-pq-near]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const { pqNear: step, pqFrom: clause } = button.dataset;
    const lang = document.documentElement.lang === "en" ? "en" : "zh";
    button.setAttribute("aria-disabled", "true");
    let found;
    try {
      found = await server.neighbouring({ clause, step, lang });
    } catch {
      found = null;
    }
    if (found && found.html === "") return void (button.textContent = button.dataset.pqEnd);
    button.removeAttribute("aria-disabled");
    // Without an answer the server is away for a moment: the button can be pressed again.
    if (!found || !found.html) return;
    button.dataset.pqFrom = found.clause;
    const shown = [...button.closest(".pq-card").querySelectorAll(":scope > .pq-neighbour, :scope > .pq-text")];
    if (step === "before") shown[0].insertAdjacentHTML("beforebegin", found.html);
    else shown[shown.length - 1].insertAdjacentHTML("afterend", found.html);
  });
};
document.addEventListener("click", (event) => {
  const button = event.target.closest && event.target.closest("[data-pq-copy]");
  if (button) window.policyqaCopy(button.dataset.pqCopy, document.documentElement.lang === "en" ? "en" : "zh");
});
