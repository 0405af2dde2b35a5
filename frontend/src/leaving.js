// On the pages of signing out and in: whoever leaves a shared phone leaves nothing to read on it, and loses nothing.
import { forgetPage, seal } from "./_leaving.js";
import { alone, waitingFor } from "./_queue.js";

const PATIENCE = 3000; // milliseconds; to be signed out matters more than what lies on the phone
const form = document.querySelector("form[data-leaving]");

async function leave() {
  if ((await waitingFor()).length) {
    const answer = await fetch(form.dataset.leaving, { credentials: "same-origin" });
    if (answer.ok) {
      const { person, key } = await answer.json();
      await alone(() => seal(person, key));
    }
  }
  await forgetPage();
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  Promise.race([leave(), new Promise((done) => setTimeout(done, PATIENCE))])
    .catch((error) => console.warn(error))
    .finally(() => form.submit());
});

// Whoever is asked to sign in is nobody yet: what was kept for somebody is not for them.
if (!form) forgetPage().catch((error) => console.warn(error));
