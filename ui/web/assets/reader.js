// The library: the address of what is open, the place in it, and what is copied from it.
const readerTab = () => {
  const tab = document.querySelector('#pq-tabs button[role="tab"][aria-selected="true"]');
  return tab ? tab.id.replace(/^pq-tab-|-button$/g, "") : null;
};
const narrow = () => matchMedia("(max-width: 820px)").matches;
let cameFrom = null;
window.addEventListener("click", (event) => {
  if (event.target.closest && event.target.closest('a[href^="?doc="]')) cameFrom = readerTab();
}, true);

// Follows what the server has opened: the address bar, then the place in the text as soon as it is there.
window.policyqaWent = async (said) => {
  if (!said) return;
  const { address, shown, focus } = JSON.parse(said);
  const same = (a, b) => String(new URLSearchParams(a)) === String(new URLSearchParams(b));
  // Only a link makes a new entry; a place that is not there, or one that Back leads to, keeps its own.
  if (cameFrom && !same(location.search, address)) {
    history.replaceState({ ...history.state, policyqaTab: cameFrom }, "");
    history.pushState({ policyqaTab: "reader" }, "", address);
  } else if (!same(location.search, address)) history.replaceState(history.state, "", address);
  cameFrom = null;
  if (!shown) return;
  for (let tries = 0; tries < 100; tries++) {
    const root = document.querySelector(`#pq-r-text [data-shown="${CSS.escape(shown)}"]`);
    if (root && root.offsetParent) return showPlace(root, focus);
    await new Promise((later) => setTimeout(later, 50));
  }
};

const showPlace = (root, focus) => {
  foldTree(root);
  root.querySelectorAll(".pq-r-found").forEach((old) => old.classList.remove("pq-r-found"));
  root.querySelectorAll(".pq-r-tree [aria-current]").forEach((old) => old.removeAttribute("aria-current"));
  const target = focus && document.getElementById(focus);
  if (!target) {
    const page = root.querySelector(".pq-r-page") || root;
    page.scrollTop = 0;
    if (narrow()) scrollTo(0, 0);
    return;
  }
  target.classList.add("pq-r-found");
  target.scrollIntoView({ block: "start" });
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  const leaf = root.querySelector(`.pq-r-tree [data-clause="${focus.replace("pq-clause-", "")}"]`);
  if (!leaf) return;
  leaf.setAttribute("aria-current", "true");
  for (let at = leaf.closest("ul"); at && root.contains(at); at = at.parentElement) {
    if (at.tagName === "DETAILS" && !at.classList.contains("pq-r-tree")) at.open = true;
  }
  const nav = leaf.closest("nav");
  if (!narrow()) nav.scrollTop += leaf.getBoundingClientRect().top - nav.getBoundingClientRect().top - nav.clientHeight / 3;
};

const foldTree = (root) => {
  const tree = root.querySelector(".pq-r-tree");
  if (tree && narrow()) tree.open = false;
};

window.addEventListener("popstate", (event) => {
  const query = new URLSearchParams(location.search);
  const tab = event.state && event.state.policyqaTab;
  cameFrom = null;
  if (query.has("doc")) return tell("pq-opened", { doc: query.get("doc"), loc: query.get("loc"), with: query.get("with") });
  if (!tab || tab === "reader") return tell("pq-opened", { doc: "", loc: null, with: null });
  const button = document.getElementById(`pq-tab-${tab}-button`);
  if (button) button.click();
});

// Called for the widget of the text; `server` asks the page's server for pictures of pages and for originals.
window.policyqaReader = (element, server) => {
  const language = () => (document.documentElement.lang === "zh-CN" ? "zh" : "en");
  const absolute = (root, address) => (root.dataset.base || location.origin + location.pathname).replace(/\/?$/, "/") + address;
  const words = (clause) => Array.from(clause.querySelectorAll(".pq-r-words p"), (p) => p.textContent).join("\n");

  const showPage = async (root, number) => {
    const aside = root.querySelector(".pq-r-sheet");
    const [picture, line] = [aside.querySelector("img"), aside.querySelector("p")];
    const name = aside.dataset.page.replace("{n}", number);
    aside.hidden = false;
    root.classList.add("pq-r-with-sheet");
    aside.dataset.now = number;
    aside.querySelector("b").textContent = name;
    aside.querySelector('[data-pq-turn="-1"]').disabled = number <= 1;
    aside.querySelector('[data-pq-turn="1"]').disabled = number >= Number(root.dataset.pages);
    aside.classList.add("pq-r-waiting");
    const source = await server.page_picture({ doc: root.dataset.doc, page: number }).catch(() => null);
    if (Number(aside.dataset.now) !== number) return;
    aside.classList.remove("pq-r-waiting");
    picture.hidden = !source;
    line.hidden = Boolean(source);
    line.textContent = source ? "" : aside.dataset.missing;
    if (source) {
      picture.src = source;
      picture.alt = name;
    }
    if (narrow()) aside.scrollIntoView({ block: "start" });
  };

  const download = async (id) => {
    const path = await server.original_file(id);
    if (!path) return;
    const link = document.createElement("a");
    link.href = `${location.pathname.replace(/\/?$/, "/")}gradio_api/file=${encodeURI(path)}`;
    link.download = path.split(/[\\/]/).pop();
    document.body.append(link);
    link.click();
    link.remove();
  };

  element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const root = event.target.closest("[data-shown]");
    if (!button || !root) return;
    const clause = button.closest(".pq-r-clause");
    const asked = button.dataset;
    if ("pqQuoteClause" in asked) policyqaCopy(`《${root.dataset.title}》${clause.dataset.locator}：${words(clause)}`, language());
    else if ("pqLink" in asked) policyqaCopy(absolute(root, clause ? clause.dataset.address : asked.pqLink), language());
    else if ("pqOriginal" in asked) download(asked.pqOriginal);
    else if ("pqPage" in asked) showPage(root, Number(asked.pqPage));
    else if ("pqOnly" in asked) button.setAttribute("aria-pressed", String(root.classList.toggle("pq-r-only")));
    else if ("pqTurn" in asked) {
      const aside = root.querySelector(".pq-r-sheet");
      if (asked.pqTurn !== "0") return showPage(root, Number(aside.dataset.now) + Number(asked.pqTurn));
      aside.hidden = true;
      root.classList.remove("pq-r-with-sheet");
    }
  });
};
