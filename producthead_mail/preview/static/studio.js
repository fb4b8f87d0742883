const frame = document.querySelector("iframe");
const state = new URLSearchParams(location.search);
function show() {
  frame.className = `w${state.get("width") ?? 640}${state.has("dark") ? " dark" : ""}`;
  history.replaceState(null, "", state.size ? `?${state}` : location.pathname);
}
function width(value) { state.set("width", value); show(); }
function dark() { state.has("dark") ? state.delete("dark") : state.set("dark", "1"); show(); }
for (const one of document.querySelectorAll("[data-width]")) one.onclick = () => width(one.dataset.width);
document.querySelector("[data-dark]").onclick = dark;
addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey) return;
  const at = { 1: 320, 2: 375, 3: 640 }[event.key];
  if (at) width(at);
  if (event.key === "d") dark();
  const here = document.querySelector("nav [aria-current]");
  if (event.key === "ArrowDown") here?.nextElementSibling?.click();
  if (event.key === "ArrowUp") here?.previousElementSibling?.click();
});
new EventSource("/events").addEventListener("saved", () => location.reload());
show();
