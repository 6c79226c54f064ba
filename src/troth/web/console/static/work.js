// Shows how far the work is while the page is open. Without it, a link loads the page again.
"use strict";

const part = document.querySelector("[data-works]");
let left = 600; // questions, within which a session that nobody uses may end

async function again() {
  if (document.hidden || left-- <= 0) return;
  const answer = await fetch(part.dataset.works, { credentials: "same-origin" }).catch(() => null);
  if (!answer || !answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html")
    .querySelector("[data-works]");
  if (!fresh) return;
  if (fresh.dataset.open !== part.dataset.open) {
    location.reload(); // what has ended changes the rest of the page
  } else if (!part.contains(document.activeElement)) {
    part.innerHTML = fresh.innerHTML;
  }
}

if (part && part.dataset.open !== "0") setInterval(again, 2000);
