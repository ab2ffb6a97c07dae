// What the page keeps in the browser is one person's: the next one who signs in here finds nothing of it.
const OWN_KEYS = [["localStorage", "policyqa-searches"], ["sessionStorage", "policyqa-conversation"]];
const pageOwner = document.querySelector('meta[name="policyqa-owner"]')?.content || "";
const forgetOwn = () => OWN_KEYS.forEach(([kind, key]) => browserKeeps(kind, key, ""));
if (pageOwner) {
  if (browserKeeps("localStorage", "policyqa-owner") !== pageOwner) browserKeeps("localStorage", "policyqa-searches", "");
  // Every tab has its own.
  if (browserKeeps("sessionStorage", "policyqa-owner") !== pageOwner) browserKeeps("sessionStorage", "policyqa-conversation", "");
  browserKeeps("localStorage", "policyqa-owner", pageOwner);
  browserKeeps("sessionStorage", "policyqa-owner", pageOwner);
}

const ENDED = {
  zh: ["登录已失效，或已有他人在此浏览器登录。", "重新登录"],
  en: ["Your session has ended, or somebody else has signed in in this browser.", "Sign in again"],
};
const sayEnded = () => {
  if (document.querySelector(".pq-ended")) return;
  const [words, way] = ENDED[document.documentElement.lang === "en" ? "en" : "zh"];
  const note = document.createElement("div");
  note.className = "pq-ended";
  note.setAttribute("role", "alert");
  const link = document.createElement("a");
  // Whoever is signed in already is led on to the page.
  link.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = way;
  note.append(words, link);
  document.body.append(note);
};
const fetchPlainly = window.fetch;
window.fetch = async (...asked) => {
  const answer = await fetchPlainly(...asked);
  if (answer.status === 401 && answer.headers.get("x-policyqa") === "sign-in") sayEnded();
  return answer;
};

document.addEventListener("submit", (event) => {
  if (!event.target.closest(".pq-who")) return;
  forgetOwn();
  browserKeeps("localStorage", "policyqa-owner", "");
});
// The other tabs hear of it, and so does one that is shown again by "back".
window.addEventListener("storage", (event) => {
  if (pageOwner && event.key === "policyqa-owner" && event.newValue !== pageOwner) sayEnded();
});
window.addEventListener("pageshow", (event) => {
  if (pageOwner && event.persisted) location.reload();
});
