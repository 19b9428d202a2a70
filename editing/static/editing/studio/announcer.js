// What screen readers hear and what the status line says. Progress is spoken at its ends only, not at every step.

const CONNECTION = {
  saved: "All strokes saved",
  saving: "Saving …",
  offline: "Connection lost. Your strokes are kept here and will be sent again.",
  refused: "",
  problem: "",
};

export class Announcer {
  #spoken;
  #status;
  #wasSettled = true;
  #state = "saved";

  constructor(spoken, status) {
    this.#spoken = spoken;
    this.#status = status;
  }

  say(text) {
    this.#spoken.textContent = text;
  }

  connection(state, message) {
    const text = message ?? CONNECTION[state];
    if (state === this.#state && text === this.#status.textContent) return;
    this.#status.dataset.state = state;
    this.#status.textContent = text;
    if (["offline", "refused", "problem", "note"].includes(state)) this.say(text);
    else if (this.#state === "offline") this.say("Connected again. Your strokes were sent.");
    if (!(this.#state === "offline" && state === "saving")) this.#state = state;
  }

  progress({ settled }) {
    if (settled && !this.#wasSettled) this.say("Preview ready.");
    else if (!settled && this.#wasSettled) this.say("Preview is being made.");
    this.#wasSettled = settled;
  }
}
