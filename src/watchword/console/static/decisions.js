// The live list of decisions. Without this file the page is the same at the moment of its loading: reload to see more.

const MOST_ROWS = 200;
const PATHS = {
  good: "m3.5 8.5 3 3 6-7",
  bad: "m4 4 8 8m0-8-8 8",
  neutral: "M3 8h9m-4-4 4 4-4 4",
};

class LiveDecisions extends HTMLElement {
  #source = null;
  #newest = -1;
  #status = document.querySelector("live-status");

  connectedCallback() {
    const address = this.dataset.source;
    if (!address || !window.EventSource) return;
    this.#newest = Number(this.dataset.newest ?? -1);
    this.#source = new EventSource(address);
    this.#source.addEventListener("open", () => this.#say("Live"));
    this.#source.addEventListener("error", () => {
      // A closed stream is not tried again by the browser: the session is over, or the page is not allowed any more.
      this.#say(this.#source.readyState === EventSource.CLOSED ? "Not live: reload the page" : "Connecting again…");
    });
    this.#source.addEventListener("decision", (event) => this.#add(JSON.parse(event.data)));
    this.#source.addEventListener("missed", (event) => this.#say(`Live; ${event.data} were too many to show`));
  }

  disconnectedCallback() {
    this.#source?.close();
  }

  #say(text) {
    if (this.#status) this.#status.textContent = text;
  }

  #add(decision) {
    if (decision.index <= this.#newest) return;
    this.#newest = decision.index;
    const row = document.getElementById("decision-row").content.firstElementChild.cloneNode(true);
    const field = (name) => row.querySelector(`[data-field="${name}"]`);
    const time = field("time");
    time.dateTime = decision.at;
    time.title = decision.at;
    time.textContent = decision.time;
    field("badge").classList.add(decision.tone);
    field("badge").querySelector("path").setAttribute("d", PATHS[decision.tone] ?? PATHS.neutral);
    field("word").textContent = decision.word;
    field("who").textContent = decision.who;
    field("link").href = `/decisions/${Number(decision.index)}`;
    field("method").textContent = decision.method;
    field("path").textContent = decision.application + decision.path;
    field("why").textContent = decision.why;
    field("status").textContent = decision.status;
    row.classList.add("fresh");
    const rows = this.querySelector("tbody");
    rows.prepend(row);
    while (rows.childElementCount > MOST_ROWS) rows.lastElementChild.remove();
    this.querySelector(".empty")?.remove();
  }
}

customElements.define("live-decisions", LiveDecisions);
