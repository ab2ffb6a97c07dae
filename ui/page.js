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

window.policyqaLanguage = (visit, lang) => {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  return [visit, lang];
};

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
  const note = document.createElement("div");
  note.className = "pq-toast";
  note.setAttribute("role", "status");
  note.textContent = lang === "zh" ? "已复制" : "Copied";
  document.body.append(note);
  setTimeout(() => note.remove(), 1500);
};
