// What is chosen stands in the address, so that it survives every save, a reload, and being sent on.

export const $ = (selector) => document.querySelector(selector);
export const slug = () => document.body.dataset.slug;
export const reader = $("#reader"), client = $("#client"), variant = $("#variant");
export const images = $("#images"), remote = $("#remote");

const chosen = new URLSearchParams(location.search);
const USUAL = {
  client: "original", mode: "light", reader: "placeholder", variant: "written",
  images: "on", remote: "off", width: "desktop", tab: "message", at: "",
};

export const choice = (name) => chosen.get(name) ?? USUAL[name];

export function choose(name, value) {
  value === USUAL[name] ? chosen.delete(name) : chosen.set(name, value);
  remember();
}

export function remember() {
  const query = chosen.size ? `?${chosen}` : "";
  const address = (slug() ? `/edition/${encodeURIComponent(slug())}` : "/") + query;
  if (address !== location.pathname + location.search) history.replaceState(null, "", address);
  const kept = new URLSearchParams(chosen);
  kept.delete("at");
  for (const link of document.querySelectorAll("#editions a")) link.search = kept;
}

// What of it the server has to know.
export function asked() {
  const query = new URLSearchParams();
  for (const name of ["client", "mode", "reader", "variant", "images", "remote", "tab"])
    if (chosen.has(name)) query.set(name, chosen.get(name));
  return query;
}

// Colours ----------------------------------------------------------------------------------------

const MODES = [...document.getElementsByName("mode")];
export const mode = () => MODES.find((one) => one.checked)?.value ?? "light";

export function showMode(value) {
  for (const one of MODES) one.checked = one.value === value;
  for (const frame of document.querySelectorAll("#device iframe")) {
    for (const one of MODES) frame.classList.toggle(one.value, one.value === value);
  }
}

export function nextMode() {
  const able = MODES.filter((one) => !one.disabled);
  able[(able.findIndex((one) => one.checked) + 1) % able.length].click();
}

// The server knows which colours the client has, and shows the other dark where one is missing.
export function adoptModes(page) {
  for (const one of MODES) {
    const fresh = page.querySelector(`[name="mode"][value="${one.value}"]`);
    one.disabled = fresh.disabled;
    one.parentElement.title = fresh.parentElement.title;
  }
  showMode(page.querySelector('[name="mode"][checked]').value);
}

export function step(select, by) {
  if (!select?.options.length) return;
  const count = select.options.length;
  select.selectedIndex = (select.selectedIndex + by + count) % count;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}
