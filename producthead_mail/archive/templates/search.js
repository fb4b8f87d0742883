// The search: fetches the list when a reader begins to type, and shows the editions that have every word.
const form = document.getElementById("search");
const input = document.getElementById("words");
const results = document.getElementById("results");
const found = document.getElementById("found");
const SHOWN = 50;
let list;

// As the list is folded; these letters are whole ones, and yet people type them without their strokes.
const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ł: "l", ı: "i" };
const folded = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[ßæœøđłı]/g, (letter) => LETTERS[letter]);

const row = ([path, title, day]) => {
  const item = document.createElement("li");
  const when = document.createElement("span");
  const date = document.createElement("bdi");
  const link = document.createElement("a");
  when.className = "fine";
  when.append(date);
  date.textContent = day;
  link.href = form.dataset.root + path;
  link.textContent = title;
  item.append(when, " ", link);
  return item;
};

const told = (count) => {
  if (!count) return form.dataset.none;
  return `${form.dataset.found}: ${count > SHOWN ? `${SHOWN} / ` : ""}${count}`;
};

const show = async () => {
  const words = folded(input.value).match(/[\p{L}\p{N}_]+/gu) ?? [];
  const asked = input.value;
  list ??= fetch(form.dataset.list).then((answer) => answer.json());
  list.catch(() => (list = undefined)); // asked for again with the next sign that is typed
  const rows = words.length ? (await list).filter((one) => words.every((word) => one[3].includes(word))) : [];
  if (asked !== input.value) return;
  results.replaceChildren(...rows.slice(0, SHOWN).map(row));
  found.textContent = words.length ? told(rows.length) : "";
  history.replaceState(null, "", words.length ? `?q=${encodeURIComponent(asked)}` : location.pathname);
};

form.hidden = false;
document.getElementById("listed").hidden = true;
form.addEventListener("submit", (event) => event.preventDefault());
input.addEventListener("input", show);
input.value = new URLSearchParams(location.search).get("q") ?? "";
if (input.value) show();
