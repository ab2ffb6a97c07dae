// The conversation: keys, focus, the drawer of the history, cards of quotes, and the way back to a lost answer.

// An input method confirms its candidate with Enter; the base library would send the question half written.
for (const press of ["keydown", "keypress"]) {
  document.addEventListener(press, (event) => {
    if (event.key !== "Enter" || !(event.isComposing || event.keyCode === 229)) return;
    event.stopImmediatePropagation();
    // Nor is it a new line.
    if (press === "keypress") event.preventDefault();
  }, true);
}

let isArrived = false;
window.policyqaArrive = (conversation, lang, tab) => {
  if (isArrived) return [conversation || browserKeeps("sessionStorage", "policyqa-conversation") || "", lang, tab];
  isArrived = true;
  return [browserKeeps("sessionStorage", "policyqa-conversation") || "", wantedLanguage(), tab];
};
window.policyqaRemember = (conversation) => {
  browserKeeps("sessionStorage", "policyqa-conversation", conversation);
};

const questionField = () => document.querySelector("#pq-question textarea");
// By the page itself and not by the server, whose answer may come when the next question stands there already.
const emptyField = () => {
  const field = questionField();
  if (!field || !field.value) return;
  field.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

// Back to the field after an answer, unless the visitor is at work elsewhere; on a phone it would open the keyboard.
window.policyqaFocus = () => {
  const field = questionField();
  const at = document.activeElement;
  const isElsewhere = at && at !== document.body && !at.closest("#pq-left, #pq-history") && at.offsetParent;
  if (field && !isElsewhere && matchMedia("(hover: hover)").matches) field.focus({ preventScroll: true });
};

// The history: its buttons, names edited in place, and the drawer that it is on a phone.
const drawer = (open) => {
  const list = document.getElementById("pq-history");
  if (!list) return;
  list.classList.toggle("pq-drawn", open);
  document.querySelector("[data-pq-drawer=open]")?.setAttribute("aria-expanded", String(open));
  if (open) list.querySelector("input, button")?.focus();
};
const rename = (item, id) => {
  const button = item.querySelector(".pq-history-open");
  const field = document.createElement("input");
  field.className = "pq-history-name";
  field.maxLength = 80;
  field.value = button.textContent;
  field.setAttribute("aria-label", item.querySelector(".pq-rename").title);
  let isDone = false;
  const finish = (keep) => {
    if (isDone) return;
    isDone = true;
    item.classList.remove("pq-renaming");
    field.remove();
    if (keep && field.value.trim() !== button.textContent.trim()) tell("pq-history-list", { do: "rename", id, name: field.value });
    else button.focus();
  };
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter") finish(true);
    if (event.key === "Escape") finish(false);
    event.stopPropagation();
  });
  field.addEventListener("blur", () => finish(true));
  item.classList.add("pq-renaming");
  item.prepend(field);
  field.select();
};
document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest && event.target.closest(selector);
  const act = at("#pq-history-list [data-do]");
  if (act) {
    if (act.dataset.do === "rename") return rename(act.closest("li"), act.dataset.id);
    if (act.dataset.do === "open") drawer(false);
    const doIt = () => tell("pq-history-list", { do: act.dataset.do, id: act.dataset.id });
    if (act.dataset.do !== "open" && !(act.dataset.do === "delete" && act.closest(".pq-current"))) return doIt();
    emptyField();
    return inOrder().then(doIt);
  }
  // Here and not with the call, which Gradio makes a moment later, when the next question may stand there.
  if (at("#pq-new")) emptyField();
  if (at("[data-pq-keep]")) {
    emptyField();
    return tell("pq-said", {});
  }
  const handle = at("[data-pq-drawer]");
  if (handle) return drawer(handle.dataset.pqDrawer === "open");
  if (!at("#pq-history")) drawer(false);
});

// What a marker stands for, when it is pointed at or reached with the keyboard.
const card = document.createElement("div");
card.id = "pq-quote-card";
card.setAttribute("role", "tooltip");
card.hidden = true;
let cardOf = null;
const hideCard = () => {
  cardOf?.removeAttribute("aria-describedby");
  cardOf = null;
  card.hidden = true;
};
const showCard = (marker) => {
  const note = document.querySelector(`#pq-quotes [data-cite="${CSS.escape(marker.getAttribute("href").split("#")[1])}"]`);
  if (!note || cardOf === marker) return;
  hideCard();
  cardOf = marker;
  card.replaceChildren(...[...note.childNodes].map((part) => part.cloneNode(true)));
  if (!card.isConnected) document.body.append(card);
  card.hidden = false;
  marker.setAttribute("aria-describedby", card.id);
  const place = marker.getBoundingClientRect();
  const left = Math.min(Math.max(8, place.left - 24), innerWidth - card.offsetWidth - 8);
  const above = place.top - card.offsetHeight - 6;
  card.style.left = `${left}px`;
  card.style.top = `${above > 8 ? above : place.bottom + 6}px`;
};
const markerAt = (target) => target.closest && target.closest('#pq-chat a[href*="#cite-"]');
for (const [begins, ends] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  document.addEventListener(begins, (event) => {
    const marker = markerAt(event.target);
    if (marker) showCard(marker);
  });
  document.addEventListener(ends, (event) => {
    if (markerAt(event.target) && !(event.relatedTarget && card.contains(event.relatedTarget))) hideCard();
  });
}
card.addEventListener("mouseleave", hideCard);
document.addEventListener("scroll", hideCard, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  hideCard();
  drawer(false);
});

// An answer in the making shows another second at least once a second; when it does not, the connection was lost. The
// server goes on writing, so the page looks for it until it is back. In the same way it looks for a question that was sent
// and not taken: the stream that should say so may have ended at that moment.
const SILENCE_MS = 4000;
const MOST_LOOKS = 5;
let lastNews = Date.now();
let sentAt = 0;
let looks = 0;
// A question belongs to the conversation that was in sight when it was sent: what asks, and what turns to another
// conversation, sets out only when the one before has arrived. How long it is on its way does not count; only what the server
// took and does not speak of is waited for no longer than that.
let onItsWay = 0;
const fetchOrdered = window.fetch;
window.fetch = async (...asked) => {
  const address = String(asked[0]?.url ?? asked[0]);
  const isQueued = address.includes("/queue/join");
  if (!isQueued && !address.includes("/run/predict")) return fetchOrdered(...asked);
  if (isQueued) onItsWay += 1;
  try {
    return await fetchOrdered(...asked);
  } finally {
    if (isQueued) onItsWay -= 1;
    if (!String(asked[1]?.body).includes(IS_CHECK)) checkSoon();
  }
};
const arrivedBefore = async () => {
  for (let since = Date.now(); sentAt && Date.now() - since < SILENCE_MS; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (onItsWay) since = Date.now();
  }
  sentAt = Date.now();
  looks = 0;
};
let lastInOrder = Promise.resolve();
const inOrder = () => {
  lastInOrder = lastInOrder.then(arrivedBefore);
  return lastInOrder;
};
// On a phone unfolded filters would leave the answer no room.
const foldFilters = () => {
  const isUnfolded = document.getElementById("pq-filter-panel-chat")?.offsetParent;
  if (isUnfolded && matchMedia("(max-width: 820px)").matches) document.querySelector("#pq-filters-chat .pq-filters-button").click();
};
window.policyqaInOrder = async (...given) => {
  foldFilters();
  await inOrder();
  return given;
};
// Gradio reads the field a moment after it is sent, when the next question may stand there already.
let entered = null;
const keepEntered = () => {
  entered = questionField()?.value ?? null;
};
// The same press by which Gradio sends: one that it does not hear, such as with the Command key, leaves nothing here.
document.addEventListener("keypress", (event) => {
  if (event.key === "Enter" && !event.shiftKey && event.target === questionField()) keepEntered();
}, true);
document.addEventListener("click", (event) => {
  if (event.target.closest?.("#pq-question .submit-button")) keepEntered();
}, true);
window.policyqaAsk = async (read, ...given) => {
  const text = entered ?? read;
  entered = null;
  foldFilters();
  await inOrder();
  return [text, ...given];
};
// Answers of the server may overtake each other, and of two that are drawn in one moment only the last is ever seen. Each
// whole picture of the conversation bears a mark that only grows: when an older one comes last, and when all is quiet after
// something was sent or drawn, the page says which one it shows, and gets a newer one if there is one.
const CHECK_MS = 1000;
const MOST_WAIT_MS = 9 * CHECK_MS;
const IS_CHECK = '"event_data":{"mark":';
let checkAt = Infinity;
let checkWait = 0;
const checkSoon = () => {
  checkWait = CHECK_MS;
  checkAt = Date.now() + checkWait;
};
const check = () => {
  // What was sent last may be answered only after a first look.
  checkWait *= 3;
  checkAt = checkWait > MOST_WAIT_MS ? Infinity : Date.now() + checkWait;
  tell("pq-mark", { mark: String(seen.mark) });
};
const seen = { mark: 0, done: 0 };
const readMark = () => {
  const said = document.querySelector("#pq-mark [data-mark]")?.dataset;
  if (!said || Number(said.mark) === seen.mark) return;
  const isOlder = Number(said.mark) < seen.mark;
  seen.mark = Number(said.mark);
  checkSoon();
  if (isOlder) return check();
  if (Number(said.done) === seen.done) return;
  seen.done = Number(said.done);
  sentAt = 0;
  if (said.taken && questionField()?.value === said.taken) emptyField();
};
new MutationObserver(() => {
  lastNews = Date.now();
  readMark();
}).observe(document, { subtree: true, childList: true, characterData: true });
setInterval(async () => {
  const isRunning = document.querySelector("#pq-question .stop-button");
  if (!isRunning && Date.now() >= checkAt && Date.now() - lastNews >= CHECK_MS) check();
  const isSilent = isRunning && Date.now() - lastNews >= SILENCE_MS;
  const isUntaken = sentAt && Date.now() - sentAt >= SILENCE_MS && looks < MOST_LOOKS;
  if (!isSilent && !isUntaken) return;
  lastNews = Date.now();
  if (isUntaken) {
    sentAt = Date.now();
    looks += 1;
  }
  try {
    await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    tell("pq-again", {});
  } catch {
    // Still no connection.
  }
}, 1000);
