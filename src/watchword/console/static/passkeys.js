// The two ceremonies: enrolling a passkey and signing in with one (W3C WebAuthn level 3, 5.1.8 to 5.1.10).

const NOT_HERE = "This browser cannot use passkeys on this page. Use a current browser, at the address you were given.";

const ready = () =>
  window.PublicKeyCredential &&
  "parseCreationOptionsFromJSON" in PublicKeyCredential &&
  "parseRequestOptionsFromJSON" in PublicKeyCredential;

class Refused extends Error {
  constructor(problem) {
    super(problem.detail ?? "that was refused");
    this.title = problem.title;
    this.hint = problem.hint ?? "";
    this.code = problem.code ?? "";
  }
}

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    credentials: "same-origin",
    redirect: "error",
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer);
  return answer;
}

function sentence(text) {
  if (!text) return "";
  const whole = text[0].toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

function inWords(error) {
  if (error instanceof Refused) return `${sentence(error.message)} ${sentence(error.hint)}`.trim();
  switch (error?.name) {
    case "NotAllowedError":
    case "AbortError":
      return "Nothing happened: it was cancelled, or took too long. Try again when you are ready.";
    case "InvalidStateError":
      return "This passkey is enrolled already. Sign in with it, or use another device or key.";
    case "SecurityError":
      return "Your browser does not allow passkeys at this address. Open the address exactly as you were given it.";
    case "TypeError":
      return "The sign-in host did not answer. Check your connection and try again.";
    default:
      return "That did not work. Try again.";
  }
}

class Ceremony extends HTMLElement {
  get token() {
    return this.dataset.formToken;
  }

  say(text, bad = false) {
    const status = this.querySelector(".status");
    status.textContent = text;
    status.classList.toggle("bad", bad);
  }

  async run(button, work) {
    button.disabled = true;
    this.say("Waiting for your passkey…");
    try {
      const { next } = await work();
      this.say("Done. One moment…");
      location.replace(next);
    } catch (error) {
      this.say(inWords(error), true);
      button.disabled = false;
      button.focus();
    }
  }
}

class PasskeySignIn extends Ceremony {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!ready()) {
      this.say(NOT_HERE, true);
      return;
    }
    button.disabled = false;
    button.focus();
    button.addEventListener("click", () => this.run(button, () => this.#signIn()));
  }

  async #signIn() {
    const { ceremony, options } = await post("/sign-in/begin", { form_token: this.token });
    const credential = await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
    });
    return post("/sign-in/finish", {
      form_token: this.token,
      ceremony,
      response: credential.toJSON(),
      flow: this.dataset.flow,
    });
  }
}

class PasskeyEnrolment extends Ceremony {
  #invitation = "";

  async connectedCallback() {
    // The token stands in the fragment: browsers send that to nobody, so it is in no log on the way.
    this.#invitation = location.hash.slice(1);
    window.addEventListener("hashchange", () => location.reload());
    if (!this.#invitation) {
      this.#show("missing");
      return;
    }
    try {
      const found = await post("/enrol/look", { form_token: this.token, token: this.#invitation });
      this.#field("greeting").textContent = `Welcome, ${found.display_name}`;
      this.#field("explanation").textContent = found.further
        ? `Create a further passkey for ${found.email}. Your other sessions end when it is done.`
        : `Create a passkey for ${found.email}. From now on you sign in with it: there is no password.`;
      this.#field("expires").textContent = `It is good until ${new Date(found.expires_at).toLocaleString()}.`;
      this.#show("ready");
    } catch (error) {
      this.#refuse(error);
      return;
    }
    const button = this.querySelector("[data-state=ready] button");
    if (!ready()) {
      button.disabled = true;
      this.say(NOT_HERE, true);
      return;
    }
    button.addEventListener("click", () => this.run(button, () => this.#enrol()));
    this.#field("label").addEventListener("keydown", (event) => {
      if (event.key === "Enter") button.click();
    });
  }

  async #enrol() {
    const { ceremony, options } = await post("/enrol/begin", { form_token: this.token, token: this.#invitation });
    const credential = await navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
    });
    return post("/enrol/finish", {
      form_token: this.token,
      ceremony,
      token: this.#invitation,
      response: credential.toJSON(),
      label: this.#field("label").value,
    });
  }

  #refuse(error) {
    const titles = {
      "invitation.used": "This invitation was used already",
      "invitation.expired": "This invitation has expired",
      "invitation.revoked": "This invitation was withdrawn",
      "invitation.unknown": "This invitation is not known",
      throttled: "Too many tries",
    };
    this.#field("refused-title").textContent = titles[error.code] ?? "This invitation does not count";
    this.#field("refused-detail").textContent =
      error.code === "invitation.used"
        ? "If it was you, sign in with the passkey that you created."
        : error instanceof Refused
          ? sentence(error.message)
          : inWords(error);
    this.#field("refused-hint").textContent = error instanceof Refused ? sentence(error.hint) : "";
    this.#show("refused");
  }

  #field(name) {
    return this.querySelector(`[data-field="${name}"]`);
  }

  #show(state) {
    for (const section of this.querySelectorAll("[data-state]")) section.hidden = section.dataset.state !== state;
  }
}

customElements.define("passkey-sign-in", PasskeySignIn);
customElements.define("passkey-enrolment", PasskeyEnrolment);
