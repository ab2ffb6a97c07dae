// What this browser remembers of its visitor.
const browserKeeps = (kind, key, value) => {
  try {
    const store = window[kind];
    if (value === undefined) return store.getItem(key);
    if (value) store.setItem(key, value);
    else store.removeItem(key);
  } catch {
    // A browser that forbids it remembers nothing.
  }
  return null;
};
const wantedLanguage = () =>
  browserKeeps("localStorage", "policyqa-lang") || (document.cookie.match(/(?:^|; )policyqa_lang=(zh|en)/) || [])[1] || (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

// The page comes in Chinese and is put into the other language as soon as it stands; until then it is not shown.
const TURNING_MS = 6000;
const SETTLED_MS = 120;
document.documentElement.lang = "zh-CN";
if (wantedLanguage() === "en") {
  let settled;
  const end = () => {
    turning.disconnect();
    document.documentElement.classList.remove("pq-turning");
  };
  const turning = new MutationObserver(() => {
    if (!/[a-z]/i.test(document.querySelector("#pq-title h1")?.textContent || "")) return;
    clearTimeout(settled);
    settled = setTimeout(end, SETTLED_MS);
  });
  document.documentElement.classList.add("pq-turning");
  turning.observe(document, { subtree: true, childList: true, characterData: true });
  setTimeout(end, TURNING_MS);
}

// Markers lead to their card even in a folded turn; the base library would open such a link in a new tab.
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
// It also names the window once and for all, and the menu of the tabs that do not fit in English only.
const nameWindow = () => {
  const name = document.querySelector("#pq-title h1")?.textContent;
  if (name && document.title !== name) document.title = name;
  const more = document.documentElement.lang === "zh-CN" ? "更多栏目" : "More tabs";
  document.querySelectorAll("#pq-tabs .overflow-menu > button").forEach((button) => {
    if (button.getAttribute("aria-label") !== more) button.setAttribute("aria-label", more);
  });
};
// And its examples are called a list, of which a reader of screens looks for the items: they are buttons.
const groupExamples = () => document.querySelector("#pq-chat .examples[role=list]")?.setAttribute("role", "group");
new MutationObserver(() => {
  nameThumbs();
  nameWindow();
  groupExamples();
}).observe(document, { subtree: true, childList: true, attributeFilter: ["aria-label"] });

// At once: the handlers of the page come some time after the press, and the page may have been left by then.
document.addEventListener("change", (event) => {
  if (!event.target.closest || !event.target.closest("#pq-lang")) return;
  browserKeeps("localStorage", "policyqa-lang", event.target.value);
  // For the forms that the server makes: signing in and out.
  document.cookie = `policyqa_lang=${event.target.value}; Path=/; Max-Age=31536000; SameSite=Lax`;
}, true);
window.policyqaLanguage = (lang, ...given) => {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  nameThumbs();
  return [lang, ...given];
};
// While the page is loaded, its handlers are told which language is wanted, and not which one stands there.
window.policyqaWelcome = (_, ...given) => policyqaLanguage(wantedLanguage(), ...given);
window.policyqaInLanguage = (...given) => [...given.slice(0, -1), wantedLanguage()];

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
