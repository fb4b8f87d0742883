// Test sends: who gets it and by what is said before, what became of it after.

import { $, slug } from "./choices.js";

const dialog = $("#test"), send = $("#test-send"), said = $("#test-said");

function say(words, ill = false) {
  said.textContent = words;
  said.classList.toggle("ill", ill);
}

async function test() {
  send.disabled = true;
  say("On its way…");
  try {
    const answer = await fetch(`/test/${encodeURIComponent(slug())}`, {
      method: "POST",
      headers: { "X-Studio-Token": $('meta[name="studio-token"]').content, "Content-Type": "application/json" },
      body: JSON.stringify({ transport: $('[name="transport"]:checked').value }),
    });
    const about = answer.headers.get("content-type") ?? "";
    const words = about.startsWith("application/json") ? (await answer.json()).said : await answer.text();
    say(words, !answer.ok);
  } catch {
    say("No answer: the studio doesn’t run any more. Whether the test went is in the outbox, or the inbox.", true);
  }
  send.disabled = false;
}

$("#show-test").addEventListener("click", () => {
  say("");
  dialog.showModal();
});
$("#test-close").addEventListener("click", () => dialog.close());
send.addEventListener("click", test);
