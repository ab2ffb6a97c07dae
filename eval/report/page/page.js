"use strict";
// The page can be read without this; it adds the choice of language by the browser, filters, and texts unfolded in place.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);

  const speak = () => {
    const zh = one("#lang-zh").checked;
    document.documentElement.lang = zh ? "zh-CN" : "en";
  };
  // Within another page it speaks the language of that.
  const wanted = ["zh", "en"].includes(window.name) ? window.name : navigator.language || "zh";
  if (!wanted.toLowerCase().startsWith("zh")) one("#lang-en").checked = true;
  all("[name=lang]").forEach((input) => input.addEventListener("change", speak));
  speak();

  // A hit unfolds its text below itself; without this script its link leads to the list of texts.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".hits a");
    const text = link && document.getElementById(link.hash.slice(1));
    if (!text) return;
    event.preventDefault();
    const item = link.closest("li");
    const shown = item.querySelector(".text");
    if (shown) shown.remove();
    else item.append(text.querySelector(".text").cloneNode(true));
    link.setAttribute("aria-expanded", String(!shown));
  });

  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("main details:not([open])").filter((each) => !each.closest(".texts"));
    opened.forEach((each) => (each.open = true));
  });
  addEventListener("afterprint", () => opened.forEach((each) => (each.open = false)));

  const form = one(".filters");
  if (!form) return;
  form.hidden = false;
  const questions = all(".q").map((node) => ({
    node,
    states: node.dataset.states.split(" "),
    metrics: node.dataset.metrics.split(" "),
    words: all(".find", node).map((part) => part.textContent).join("\n").toLowerCase(),
  }));
  let state = "";

  const filter = () => {
    const type = form.elements.type ? form.elements.type.value : "";
    const metric = form.elements.metric ? form.elements.metric.value : "";
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { node, states, metrics, words: text } of questions) {
      const kept =
        (!state || states.includes(state)) &&
        (!type || node.dataset.type === type) &&
        (!metric || metrics.includes(metric)) &&
        words.every((word) => text.includes(word));
      node.hidden = !kept;
      count += kept;
    }
    form.querySelector("output").textContent = `${count} / ${questions.length}`;
    one(".none").hidden = count > 0;
  };
  const choose = (chosen) => {
    state = chosen;
    all("[data-state]", form).forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.state === chosen)));
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("state" in button.dataset) {
      choose(button.dataset.state);
      filter();
    } else {
      const shown = questions.filter(({ node }) => !node.hidden);
      const open = shown.some(({ node }) => !node.open);
      shown.forEach(({ node }) => (node.open = open));
    }
  });
  all("[data-show]").forEach((link) =>
    link.addEventListener("click", () => {
      choose("");
      form.reset();
      for (const name of ["type", "metric"])
        if (form.elements[name] && [...form.elements[name].options].some((o) => o.value === link.dataset.show))
          form.elements[name].value = link.dataset.show;
      filter();
    }),
  );
  filter();
})();
