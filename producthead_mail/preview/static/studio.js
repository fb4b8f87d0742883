// The studio's page: what its controls and keys do.

import { $, choice, choose, client, images, nextMode, reader, remember, remote, showMode, step, variant } from "./choices.js";
import { adoptFirst, setWidth } from "./message.js";
import { arrive } from "./places.js";
import { check, listen, refresh } from "./saves.js";
import { followTabs } from "./tabs.js";
import "./testing.js";

const WIDTHS = ["320", "375", "600", "desktop"];

for (const select of [client, reader, variant]) {
  select?.addEventListener("change", () => {
    choose(select.id, select.value);
    refresh();
  });
}
for (const box of [images, remote]) {
  box.addEventListener("change", () => {
    choose(box.id, box.checked ? "on" : "off");
    refresh();
  });
}
document.addEventListener("change", ({ target }) => {
  if (target.name === "width") setWidth(target.value);
  if (target.name === "mode") setMode(target.value);
});

function setMode(value) {
  // Forced dark is another message; the author's is the same one, seen by a reader who likes it dark.
  const other = value === "forced" || choice("mode") === "forced";
  choose("mode", value);
  showMode(value);
  refresh(other);
}

// Keys -------------------------------------------------------------------------------------------

const keys = $("#keys");
const KEYS = {
  c: () => step(client, 1), C: () => step(client, -1),
  r: () => step(reader, 1), R: () => step(reader, -1),
  p: () => step(variant, 1), P: () => step(variant, -1),
  d: nextMode,
  i: () => images.click(),
  j: () => neighbour("nextElementSibling"), k: () => neighbour("previousElementSibling"),
  "?": () => keys.showModal(),
};
const ARROWS = {
  ArrowDown: KEYS.j, ArrowRight: KEYS.j,
  ArrowUp: KEYS.k, ArrowLeft: KEYS.k,
};
// Where a key writes, or chooses among the control's own options.
const TYPING = 'select, textarea, [contenteditable], input:not([type="radio"], [type="checkbox"])';
const OWN_ARROWS = `${TYPING}, input, [role="tab"], [role="separator"], [role="tabpanel"], aside, #problems, details`;

function neighbour(side) {
  $("#editions [aria-current]")?.parentElement[side]?.querySelector("a")?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]") || event.target.closest(TYPING)) return;
  const width = WIDTHS[Number(event.key) - 1];
  const arrow = event.target.closest(OWN_ARROWS) ? undefined : ARROWS[event.key];
  const act = width ? () => setWidth(width) : (arrow ?? KEYS[event.key]);
  if (!act) return;
  event.preventDefault();
  act();
});
$("#show-keys").addEventListener("click", KEYS["?"]);
// A click beside a dialog closes it.
document.addEventListener("click", ({ target }) => {
  if (target.tagName === "DIALOG") target.close();
});

// Begin ------------------------------------------------------------------------------------------

setWidth(choice("width"));
followTabs(() => refresh(false));
adoptFirst();
remember();
arrive();
check();
listen();
