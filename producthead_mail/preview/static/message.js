// The message in its frame: width, colours, and the exchange of one frame for the next.

import { $, asked, choice, choose, mode, slug } from "./choices.js";

const NARROWEST = 240;
const device = $("#device"), handle = $("#handle");

export function setWidth(value) {
  const pixels = Number.parseInt(value, 10);
  device.style.width = pixels ? `${Math.max(NARROWEST, pixels)}px` : "";
  device.classList.toggle("sized", pixels > 0);
  for (const one of document.getElementsByName("width")) one.checked = one.value === value;
  choose("width", pixels ? String(Math.max(NARROWEST, pixels)) : "desktop");
  showReal();
  caption();
}

export function caption() {
  const width = Math.round(device.getBoundingClientRect().width);
  $("#caption").textContent = width ? `${width} px` : "";
  handle.setAttribute("aria-valuenow", width);
}

// The screenshot of a real client whose width comes nearest.
export function showReal() {
  const figures = [...document.querySelectorAll("#real figure")], wanted = choice("width");
  const width = (one) => Number(one) || 1280;
  const distance = (one) => Math.abs(width(one.dataset.width) - width(wanted));
  const nearest = figures.toSorted((one, other) => distance(one) - distance(other))[0];
  for (const one of figures) one.hidden = one !== nearest;
}

handle.addEventListener("pointerdown", (event) => {
  const start = event.clientX, width = device.getBoundingClientRect().width;
  const most = device.parentElement.getBoundingClientRect().width;
  // The device is centred: its edge follows the pointer where it grows on both sides.
  const move = (to) => setWidth(String(Math.round(Math.min(most, width + 2 * (to.clientX - start)))));
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

// A second frame loads behind the one in view and takes its place with its scroll position: no flash.
// Only an exchange calls it, one at a time.
export function loadMail() {
  const old = device.querySelector("iframe:not(.coming)");
  const next = document.createElement("iframe");
  next.title = "The message";
  next.sandbox = "allow-same-origin";
  next.className = `${mode()} coming`;
  next.src = `/mail/${encodeURIComponent(slug())}?${asked()}`;
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

export function adoptFirst() {
  const first = device.querySelector("iframe");
  const { readyState, URL } = first?.contentDocument ?? {};
  if (readyState === "complete" && URL !== "about:blank") adopt(first);
  else first?.addEventListener("load", () => adopt(first), { once: true });
}

// A document without scripts tells nobody of its keys: leaving it with the pointer gives them back to the page.
device.addEventListener("pointerleave", () => {
  const frame = document.activeElement;
  if (frame?.tagName === "IFRAME" && frame.contentDocument?.getSelection()?.isCollapsed) frame.blur();
});
