// Passkeys (WebAuthn): the browser's part of signing in, of a second factor and of registering.

const supported = "credentials" in navigator && "PublicKeyCredential" in window;

function bytes(text) {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function decoded(options) {
  const descriptors = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));
  const made = { ...options, challenge: bytes(options.challenge) };
  if (options.user) made.user = { ...options.user, id: bytes(options.user.id) };
  if (options.allowCredentials) made.allowCredentials = descriptors(options.allowCredentials);
  if (options.excludeCredentials) made.excludeCredentials = descriptors(options.excludeCredentials);
  return made;
}

function encoded(credential) {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = text(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: parts,
  };
}

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.message);
  return said;
}

async function use(button) {
  const place = button.dataset.passkey;
  const { options } = await post(`${place}/options`, {});
  const wanted = { publicKey: decoded(options) };
  const credential = options.user
    ? await navigator.credentials.create(wanted)
    : await navigator.credentials.get(wanted);
  const name = document.querySelector("[data-passkey-name]")?.value;
  const trust = document.querySelector("[name=trust]")?.checked ?? false;
  const sent = { credential: encoded(credential), next: button.dataset.next, name, trust };
  const { next, codes } = await post(place, sent);
  if (codes?.length) show(codes);
  else location.assign(next);
}

function show(codes) {
  const list = document.querySelector("[data-codes] ul");
  list.replaceChildren(...codes.map((code) => Object.assign(document.createElement("li"), { textContent: code })));
  document.querySelector("[data-before]").hidden = true;
  list.parentElement.hidden = false;
  list.parentElement.querySelector("h2").focus();
}

function say(message) {
  const place = document.querySelector("[data-passkey-problem]");
  place.textContent = message;
  place.hidden = !message;
}

if (supported) {
  for (const each of document.querySelectorAll("[data-no-passkeys]")) each.hidden = true;
  for (const each of document.querySelectorAll("[data-passkey]")) each.hidden = false;
  for (const button of document.querySelectorAll("button[data-passkey]")) {
    button.addEventListener("click", async () => {
      say("");
      button.disabled = true;
      try {
        await use(button);
      } catch (error) {
        // What people call off, or let run out, is no error to them.
        say(error.name === "NotAllowedError" ? document.querySelector("[data-passkey-problem]").dataset.none : error.message);
      } finally {
        button.disabled = false;
      }
    });
  }
}
