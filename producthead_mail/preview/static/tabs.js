// Tabs: one panel at a time, asked for when it is first looked at.

import { $, choice, choose } from "./choices.js";

const tabs = [...document.querySelectorAll('[role="tab"]')];

export function showTab(name) {
  for (const one of tabs) {
    const panel = one.getAttribute("aria-controls"), on = panel === name;
    one.setAttribute("aria-selected", String(on));
    one.tabIndex = on ? 0 : -1;
    document.getElementById(panel).hidden = !on;
  }
  choose("at", "");
  choose("tab", name);
}

export function followTabs(shown) {
  const show = (tab) => {
    const name = tab.getAttribute("aria-controls");
    if (name === choice("tab")) return;
    showTab(name);
    shown();
  };
  const list = $('[role="tablist"]');
  list.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) show(tab);
  });
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = tabs[to % tabs.length];
    tab.focus();
    show(tab);
  });
}
