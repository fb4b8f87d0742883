// Saves: the page asks for itself anew and takes over what has changed.

import { $, adoptModes, asked, choice, choose, remember, slug } from "./choices.js";
import { caption, loadMail, showReal } from "./message.js";

const REGIONS = ["editions", "inbox", "problems", "client-log", "facts", "real", "test-facts"];
const QUIET = 300;
const SELECTS = ["client", "reader", "variant"];
let refreshing = null, again = false, message = false;

// Without `mail` the frame stays as it is. Done when what is asked for now is in view.
export function refresh(mail = true) {
  again = true;
  message ||= mail;
  refreshing ??= exchanges();
  return refreshing;
}

async function exchanges() {
  while (again) {
    again = false;
    await exchange().catch(lost);
  }
  refreshing = null;
}

async function exchange() {
  const mail = message, shown = slug();
  clearTimeout(checking);
  message = false;
  // The message alone first: the rest of the page waits for the checks, which take longer than rendering.
  if (shown && mail) await loadMail();
  const answer = await fetch(shown ? `/edition/${encodeURIComponent(shown)}?${asked()}` : "/");
  if (!answer.ok && answer.status !== 404) throw new Error(answer.statusText);
  put(new DOMParser().parseFromString(await answer.text(), "text/html"));
  if (!shown && slug()) await loadMail();
}

function put(page) {
  const focused = document.activeElement?.id, tab = choice("tab");
  // Whoever chose meanwhile gets another exchange, with what belongs to that choice.
  if (tab !== "message" && page.querySelector('[role="tab"][aria-selected="true"]').id === `tab-${tab}`) swap(page, tab);
  for (const id of REGIONS) swap(page, id);
  if (page.getElementById("checking") && !$("#checking")) $("#findings").setAttribute("aria-busy", "true");
  else swap(page, "findings");
  for (const id of SELECTS) putOptions(page, id);
  if (!again) adoptModes(page);
  $("#show-test").disabled = page.querySelector("#show-test").disabled;
  document.title = page.title;
  document.body.dataset.slug = page.body.dataset.slug;
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
  remember();
  showReal();
  caption();
  check();
}

let checking = 0;

// The checks take longer than all else: they begin when nothing was saved for a while, and until
// they are through the earlier findings stay.
export function check() {
  clearTimeout(checking);
  if ($("#checking") || $("#findings").ariaBusy) checking = setTimeout(() => checked().catch(lost), QUIET);
}

async function checked() {
  const turn = checking, answer = await fetch(`/findings/${encodeURIComponent(slug())}?${asked()}`);
  if (!answer.ok || turn !== checking) return;
  $("#findings").innerHTML = await answer.text();
  $("#findings").ariaBusy = null;
}

function swap(page, id) {
  const old = document.getElementById(id), fresh = page.getElementById(id);
  // An alert that is written anew is read out anew.
  if (old.innerHTML === fresh.innerHTML) return;
  const open = [...old.querySelectorAll("details[open][id]")].map((one) => one.id);
  const closed = [...old.querySelectorAll("details[id]:not([open])")].map((one) => one.id);
  old.replaceChildren(...fresh.childNodes);
  for (const one of old.querySelectorAll("details[id]")) {
    if (open.includes(one.id)) one.open = true;
    if (closed.includes(one.id)) one.open = false;
  }
}

// What was chosen since the page was asked for stays chosen, unless it is gone.
function putOptions(page, id) {
  const select = document.getElementById(id), wanted = select?.value;
  if (!select) return;
  swap(page, id);
  select.value = wanted;
  if (select.selectedIndex < 0) select.selectedIndex = 0;
  choose(id, select.value);
}

let events = null, seen = document.body.dataset.seen;

// Only while the page is in view: a browser opens six connections to a server, for all pages together.
export function listen() {
  events?.close();
  events = null;
  if (document.hidden) return;
  events = new EventSource(`/events?${new URLSearchParams({ edition: slug(), seen })}`);
  events.addEventListener("open", () => status("Following saves"));
  events.addEventListener("error", lost);
  events.addEventListener("saved", async (event) => {
    seen = event.data;
    const shown = slug();
    await refresh();
    if (slug() !== shown) listen();
  });
}

function status(words, ill = false) {
  $("#status").textContent = words;
  $("#status").classList.toggle("lost", ill);
}
const lost = () => status("Not connected", true);
document.addEventListener("visibilitychange", listen);
