// Going to a line: of the HTML, or of a file that the message is made of.

import { $, choice, choose } from "./choices.js";
import { refresh } from "./saves.js";
import { showTab } from "./tabs.js";

// Such as `html:12` or `layouts/shared/type.mjml.j2:3`.
export async function go(at, what = "") {
  const cut = at.lastIndexOf(":");
  const path = at.slice(0, cut), line = Number(at.slice(cut + 1));
  const tab = path === "html" ? "html" : "source";
  showTab(tab);
  choose("at", at);
  await refresh(false);
  const file = tab === "html" ? $("#html") : $(`#source [data-path="${CSS.escape(path)}"]`);
  if (!file) return;
  file.open = true;
  mark(file, line, what);
}

function mark(file, line, what) {
  $(".lines .here")?.classList.remove("here");
  const row = file.querySelectorAll(".lines > span")[Math.max(0, line - 1)];
  if (!row) return;
  row.classList.add("here");
  const range = within(row, what);
  const scroller = row.closest('[role="tabpanel"]');
  const top = (range ?? row).getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  scroller.scrollTop += top - scroller.clientHeight / 3;
  if (range) getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
}

// A line of a message may be ten thousand characters long: the place in it is what matters.
function within(row, what) {
  const text = row.firstChild;
  if (!what || !text) return null;
  const pattern = what.trim().split(/\s+/).map((word) => word.replace(/[^\w]/g, "\\$&"));
  const found = new RegExp(pattern.join("\\s*"), "i").exec(text.data);
  if (!found) return null;
  const range = document.createRange();
  range.setStart(text, found.index);
  range.setEnd(text, found.index + found[0].length);
  return range;
}

document.addEventListener("click", ({ target }) => {
  const place = target.closest?.(".place");
  if (place) go(`${place.dataset.path}:${place.dataset.line}`, place.dataset.what);
});

export const arrive = () => choice("at") && go(choice("at"));
