// Asks the browser for a passkey, and sends what it answers with the form. Without it, the forms of
// passkeys stay hidden and everything else works.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function made(options) {
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  for (const one of options.excludeCredentials || []) one.id = bytes(one.id);
  const found = await navigator.credentials.create({ publicKey: options });
  return {
    id: found.id, rawId: text(found.rawId), type: found.type, clientExtensionResults: {},
    response: {
      clientDataJSON: text(found.response.clientDataJSON),
      attestationObject: text(found.response.attestationObject),
    },
  };
}

async function shown(options) {
  options.challenge = bytes(options.challenge);
  const found = await navigator.credentials.get({ publicKey: options });
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  return {
    id: found.id, rawId: text(found.rawId), type: found.type, clientExtensionResults: {},
    response: {
      clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData),
      signature: text(signature), userHandle: userHandle ? text(userHandle) : null,
    },
  };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const ask = form.dataset.passkey === "new" ? made : shown;
    try {
      form.elements.answer.value = JSON.stringify(await ask(JSON.parse(form.dataset.options)));
    } catch {
      form.querySelector("[data-failed]").hidden = false;
      return;
    }
    form.submit();
  });
}
