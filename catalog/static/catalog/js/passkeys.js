/* Sets passkeys up and signs in with them: our server asks, the browser's own dialog answers. */

const token = document.querySelector("[data-csrf] input[name=csrfmiddlewaretoken]");

async function post(address, body) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token.value },
    body: JSON.stringify(body ?? {}),
  });
  const answer = await response.json().catch(() => ({ error: "The server did not answer. Try again in a minute." }));
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

const ceremonies = {
  async add(form) {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await post(form.dataset.begin));
    const credential = await navigator.credentials.create({ publicKey });
    return post(form.dataset.complete, { ...credential.toJSON(), name: form.elements.name.value });
  },
  async use(form) {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await post(form.dataset.begin));
    const credential = await navigator.credentials.get({ publicKey });
    return post(form.dataset.complete, credential.toJSON());
  },
};

function explain(error) {
  if (error.name === "NotAllowedError") return "Nothing was chosen. Try again when you are ready.";
  if (error.name === "InvalidStateError") return "This device holds a passkey of your account already.";
  if (error.name === "SecurityError") return "Passkeys work only under the shop's own name and over HTTPS.";
  return error.message;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) continue; // the browser is too old; the form stays hidden
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector(".problem");
    problem.textContent = "";
    try {
      const { next } = await ceremonies[form.dataset.passkey](form);
      window.location.assign(next);
    } catch (error) {
      problem.textContent = explain(error);
    }
  });
}
