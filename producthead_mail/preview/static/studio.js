// The studio's page. What is chosen (tab, width, reader, colours, images) stands in the address,
// so that it survives every save, and a reload. Saves exchange only what they changed.

const $ = (selector) => document.querySelector(selector);
const WIDTHS = ["320", "375", "600", "desktop"];
const REGIONS = ["editions", "inbox", "problems", "side", "reader", "text-source", "mjml-source", "html-source", "header-rows"];
const NARROWEST = 240;
const device = $("#device"), handle = $("#handle"), reader = $("#reader"), images = $("#images");
const tabs = [...document.querySelectorAll('[role="tab"]')];
const chosen = new URLSearchParams(location.search);

// The address ------------------------------------------------------------------------------------

function choose(name, value, usual) {
  value === usual ? chosen.delete(name) : chosen.set(name, value);
  remember();
}

function remember() {
  const slug = document.body.dataset.slug;
  const query = chosen.size ? `?${chosen}` : "";
  const address = (slug ? `/edition/${encodeURIComponent(slug)}` : "/") + query;
  if (address !== location.pathname + location.search) history.replaceState(null, "", address);
  for (const link of document.querySelectorAll("#editions a")) link.search = query;
}

const mailAddress = () => {
  const query = new URLSearchParams({ reader: reader.value });
  if (!images.checked) query.set("images", "off");
  return `/mail/${encodeURIComponent(document.body.dataset.slug)}?${query}`;
};

// Tabs -------------------------------------------------------------------------------------------

function showTab(tab) {
  for (const one of tabs) {
    one.setAttribute("aria-selected", String(one === tab));
    one.tabIndex = one === tab ? 0 : -1;
    document.getElementById(one.getAttribute("aria-controls")).hidden = one !== tab;
  }
  choose("tab", tab.getAttribute("aria-controls"), "message");
}

$('[role="tablist"]').addEventListener("click", (event) => {
  const tab = event.target.closest('[role="tab"]');
  if (tab) showTab(tab);
});
$('[role="tablist"]').addEventListener("keydown", (event) => {
  const at = tabs.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const tab = tabs[to % tabs.length];
  tab.focus();
  showTab(tab);
});

// Width and colours ------------------------------------------------------------------------------

function setWidth(value) {
  const pixels = Number.parseInt(value, 10);
  device.style.width = pixels ? `${Math.max(NARROWEST, pixels)}px` : "100%";
  for (const one of document.getElementsByName("width")) one.checked = one.value === value;
  choose("width", value, "desktop");
  caption();
}

function setColours(value) {
  for (const one of document.getElementsByName("colours")) one.checked = one.value === value;
  for (const one of device.querySelectorAll("iframe")) one.className = value;
  choose("colours", value, "light");
  caption();
}

function caption() {
  const width = Math.round(device.getBoundingClientRect().width);
  $("#caption").textContent = `${width} px`;
  handle.setAttribute("aria-valuenow", width);
}

handle.addEventListener("pointerdown", (event) => {
  const start = event.clientX, width = device.getBoundingClientRect().width;
  const stage = device.parentElement.getBoundingClientRect().width - 48;
  // The device is centred: its edge follows the pointer where it grows on both sides.
  const move = (to) => setWidth(String(Math.round(Math.min(stage, width + 2 * (to.clientX - start)))));
  const stop = () => {
    handle.removeEventListener("pointermove", move);
    document.body.classList.remove("dragging");
  };
  handle.setPointerCapture(event.pointerId);
  document.body.classList.add("dragging");
  handle.addEventListener("pointermove", move);
  handle.addEventListener("lostpointercapture", stop, { once: true });
});
handle.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 10, ArrowLeft: -10 }[event.key];
  if (!step) return;
  event.preventDefault();
  setWidth(String(Math.round(device.getBoundingClientRect().width) + step));
});
new ResizeObserver(caption).observe(device);

// The message ------------------------------------------------------------------------------------

// A second frame loads behind the one in view and takes its place with its scroll position: no flash.
// Only an exchange calls it, one at a time.
function loadMail() {
  const old = device.querySelector("iframe:not(.coming)");
  const next = document.createElement("iframe");
  next.title = "The message";
  next.sandbox = "allow-same-origin";
  next.className = `${chosen.get("colours") ?? "light"} coming`;
  next.src = mailAddress();
  return new Promise((done) => {
    next.addEventListener("load", () => {
      done();
      // An edition that is gone, or was never whole: what is in view stays.
      if (next.contentDocument?.contentType !== "text/html") return next.remove();
      adopt(next);
      const { scrollX = 0, scrollY = 0 } = old?.contentWindow ?? {};
      next.contentWindow.scrollTo(scrollX, scrollY);
      next.classList.remove("coming");
      old?.remove();
    });
    device.prepend(next);
  });
}

// Links in the message lead nowhere in here: the frame may open no window, and must not go elsewhere itself.
function adopt(frame) {
  const links = frame.contentDocument?.querySelectorAll('a[href]:not([href^="#"]), area[href]');
  for (const link of links ?? []) link.target = "_blank";
}

// A document without scripts tells nobody of its keys: leaving it with the pointer gives them back to the page.
device.addEventListener("pointerleave", () => {
  const frame = document.activeElement;
  if (frame?.tagName === "IFRAME" && frame.contentDocument?.getSelection()?.isCollapsed) frame.blur();
});

// Saves ------------------------------------------------------------------------------------------

let refreshing = null, again = false;

function refresh() {
  again = refreshing !== null;
  refreshing ??= exchange().catch(lost).finally(() => {
    refreshing = null;
    if (again) refresh();
  });
  return refreshing;
}

async function exchange() {
  const slug = document.body.dataset.slug;
  // The message alone first: the rest of the page waits for the checks, which take longer than rendering.
  if (slug) await loadMail();
  const query = new URLSearchParams({ reader: reader.value });
  const answer = await fetch(slug ? `/edition/${encodeURIComponent(slug)}?${query}` : "/");
  if (!answer.ok && answer.status !== 404) throw new Error(answer.statusText);
  put(new DOMParser().parseFromString(await answer.text(), "text/html"));
  if (!slug && document.body.dataset.slug) await loadMail();
}

function put(page) {
  const focused = document.activeElement?.id, wanted = reader.value;
  for (const id of REGIONS) {
    const old = document.getElementById(id), fresh = page.getElementById(id);
    // An alert that is written anew is read out anew.
    if (old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
  }
  // Whoever was chosen since the page was asked for stays chosen, unless that reader is gone.
  reader.value = wanted;
  if (reader.selectedIndex < 0) reader.selectedIndex = 0;
  document.title = page.title;
  document.body.dataset.slug = page.body.dataset.slug;
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
  choose("reader", reader.value, "placeholder");
  caption();
}

let events = null, seen = document.body.dataset.seen;

// Only while the page is in view: a browser opens six connections to a server, for all pages together.
function listen() {
  events?.close();
  events = null;
  if (document.hidden) return;
  events = new EventSource(`/events?seen=${encodeURIComponent(seen)}`);
  events.addEventListener("open", () => status("Following saves"));
  events.addEventListener("error", lost);
  events.addEventListener("saved", (event) => {
    seen = event.data;
    refresh();
  });
}

function status(words, ill = false) {
  $("#status").textContent = words;
  $("#status").classList.toggle("lost", ill);
}
const lost = () => status("Not connected", true);
document.addEventListener("visibilitychange", listen);

// Choices and keys -------------------------------------------------------------------------------

reader.addEventListener("change", () => {
  choose("reader", reader.value, "placeholder");
  refresh();
});
images.addEventListener("change", () => {
  choose("images", images.checked ? "on" : "off", "on");
  refresh();
});
document.addEventListener("change", ({ target }) => {
  if (target.name === "width") setWidth(target.value);
  if (target.name === "colours") setColours(target.value);
});

const KEYS = {
  r: () => nextReader(1),
  R: () => nextReader(-1),
  d: () => setColours(chosen.has("colours") ? "light" : "dark"),
  i: () => images.click(),
  j: () => neighbour("nextElementSibling"),
  k: () => neighbour("previousElementSibling"),
};

function nextReader(step) {
  const count = reader.options.length;
  reader.selectedIndex = (reader.selectedIndex + step + count) % count;
  reader.dispatchEvent(new Event("change"));
}

function neighbour(side) {
  $("#editions [aria-current]")?.parentElement[side]?.querySelector("a")?.click();
}

function onKey(event) {
  if (event.metaKey || event.ctrlKey || event.altKey || event.target.tagName === "SELECT") return;
  const width = WIDTHS[Number(event.key) - 1];
  width ? setWidth(width) : KEYS[event.key]?.();
}
document.addEventListener("keydown", onKey);

// Begin ------------------------------------------------------------------------------------------

images.checked = chosen.get("images") !== "off";
setWidth(chosen.get("width") ?? "desktop");
setColours(chosen.get("colours") ?? "light");
showTab(tabs.find((tab) => tab.getAttribute("aria-controls") === chosen.get("tab")) ?? tabs[0]);
const first = device.querySelector("iframe");
if (first && !images.checked) refresh();
else if (first?.contentDocument?.readyState === "complete" && first.contentDocument.URL !== "about:blank") adopt(first);
else first?.addEventListener("load", () => adopt(first), { once: true });
remember();
listen();
