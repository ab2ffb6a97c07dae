// Markers lead to their card even in a folded turn; the base library would open such a link in a new tab.
document.documentElement.lang = "zh-CN";
document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest('a[href*="#cite-"]');
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  const card = document.getElementById(link.getAttribute("href").split("#")[1]);
  if (!card) return;
  const folded = card.closest("details");
  if (folded) folded.open = true;
  document.querySelectorAll(".pq-card.pq-found").forEach((other) => other.classList.remove("pq-found"));
  card.classList.add("pq-found");
  card.scrollIntoView({ behavior: "smooth", block: "nearest" });
}, true);

// The base library names its thumbs in few words, once pressed in English only, and puts the one for bad answers first.
const thumbNames = {
  Like: ["回答有用", "Good answer"],
  Liked: ["已标为有用，再按一次撤回", "Marked as good; press again to take it back"],
  Dislike: ["回答不好", "Bad answer"],
  Disliked: ["已标为不好，再按一次撤回", "Marked as bad; press again to take it back"],
};
const nameThumbs = () => {
  const language = document.documentElement.lang === "zh-CN" ? 0 : 1;
  document.querySelectorAll("#pq-chat .message-buttons button").forEach((button) => {
    const given = button.getAttribute("aria-label");
    const isOurs = (thumbNames[button.dataset.pqKind] || []).includes(given);
    const isFirst = button === button.parentElement.querySelector("button");
    const kind = given in thumbNames ? given : isOurs ? button.dataset.pqKind : isFirst ? "Dislike" : "Like";
    const name = thumbNames[kind][language];
    button.dataset.pqKind = kind;
    if (given === name && button.title === name) return;
    button.setAttribute("aria-label", name);
    button.title = name;
  });
};
new MutationObserver(nameThumbs).observe(document, { subtree: true, childList: true, attributeFilter: ["aria-label"] });

window.policyqaLanguage = (lang) => {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  browserKeeps(localStorage, "policyqa-lang", lang);
  nameThumbs();
  return [lang];
};

// A handler in Python hears these: a clause to be opened in the library, a question about something on the screen.
const tell = (id, detail) => {
  const listener = document.querySelector(`#${id} .prose`);
  listener?.dispatchEvent(new CustomEvent("policyqa", { detail, bubbles: true }));
};
document.addEventListener("click", (event) => {
  const from = event.target.closest && event.target.closest('a[href^="?doc="], [data-pq-ask]');
  if (!from || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  if (from.dataset.pqAsk !== undefined) return tell("pq-asked", { text: from.dataset.pqAsk, doc: from.dataset.pqDoc || null });
  const query = new URLSearchParams(from.getAttribute("href"));
  tell("pq-opened", { doc: query.get("doc"), loc: query.get("loc"), with: query.get("with") });
}, true);

// The clipboard of the browser works only on this machine or over https; the older way works everywhere.
window.policyqaCopy = async (text, lang) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  window.policyqaSay(lang === "zh" ? "已复制" : "Copied");
};
window.policyqaSay = (text) => {
  const note = document.createElement("div");
  note.className = "pq-toast";
  note.setAttribute("role", "status");
  note.textContent = text;
  document.body.append(note);
  setTimeout(() => note.remove(), 1500);
};
