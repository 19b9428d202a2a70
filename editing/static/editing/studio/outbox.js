// Sends the newest document, at most one in flight and one every 100 ms. What was not acknowledged is kept in the
// browser's storage, so that a lost connection or a closed tab loses no stroke, and is sent again when it is back.

export const EVERY_MS = 100;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8000;

/** The server has a newer revision, from another tab. */
export class Outdated extends Error {
  constructor(revision) {
    super("outdated");
    this.revision = revision;
  }
}

/** The server refuses the document itself: sending it again would not help. */
export class Refused extends Error {}

export class Outbox {
  #send;
  #clock;
  #onStatus;
  #kept;
  #newest = null;
  #sentAt = -Infinity;
  #inFlight = false;
  #timer = null;
  #retryMs = FIRST_RETRY_MS;
  #waiting = [];
  revision;

  /**
   * send(revision, document) answers a promise; it rejects with Outdated, Refused, or anything else for a lost
   * connection. clock has now(), setTimeout() and clearTimeout(); kept has get(), set(document) and clear().
   */
  constructor({ revision, send, clock, kept, onStatus }) {
    this.revision = revision;
    this.#send = send;
    this.#clock = clock;
    this.#kept = kept;
    this.#onStatus = onStatus;
  }

  get isEmpty() {
    return this.#newest === null && !this.#inFlight;
  }

  /** The revision under which the newest document is, or will be, known to the server. */
  get newestRevision() {
    return this.#newest === null ? this.revision : this.revision + 1;
  }

  /** A promise that is kept once the server has everything. */
  whenEmpty() {
    return this.isEmpty ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  put(document) {
    this.#newest = document;
    this.#kept.set(document);
    this.#onStatus("saving");
    this.#schedule(EVERY_MS - (this.#clock.now() - this.#sentAt));
  }

  /** The connection is back: do not wait for the next retry. */
  wake() {
    if (this.#newest === null) return;
    this.#retryMs = FIRST_RETRY_MS;
    this.#schedule(0, { sooner: true });
  }

  #schedule(delay, { sooner = false } = {}) {
    if (this.#inFlight || (this.#timer !== null && !sooner)) return;
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.#flush(), Math.max(0, delay));
  }

  async #flush() {
    this.#timer = null;
    const document = this.#newest;
    this.#newest = null;
    this.#inFlight = true;
    this.#sentAt = this.#clock.now();
    const revision = this.revision + 1;
    this.revision = revision;
    let wait = EVERY_MS;
    try {
      await this.#send(revision, document);
      this.#retryMs = FIRST_RETRY_MS;
      this.#inFlight = false;
      if (this.#newest === null) this.#settle();
    } catch (error) {
      this.#inFlight = false;
      wait = this.#failed(error, document);
    }
    if (this.#newest !== null) this.#schedule(wait - (this.#clock.now() - this.#sentAt));
  }

  #settle() {
    this.#kept.clear();
    this.#onStatus("saved");
    this.#waiting.splice(0).forEach((resolve) => resolve());
  }

  /** Puts the document back unless a newer one has come; answers how long to wait. */
  #failed(error, document) {
    if (error instanceof Refused) {
      this.#kept.clear();
      this.#onStatus("refused", error.message);
      return EVERY_MS;
    }
    this.#newest ??= document;
    if (error instanceof Outdated) {
      this.revision = Math.max(this.revision, error.revision);
      return EVERY_MS;
    }
    this.#onStatus("offline");
    const wait = this.#retryMs;
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
    return wait;
  }
}

/** The unsent document of one studio session in localStorage; storage that is full or forbidden only loses the safety net. */
export function keptIn(storage, session) {
  const name = `studio:${session}`;
  const guarded = (action) => {
    try {
      return action();
    } catch {
      return null;
    }
  };
  return {
    get: () => guarded(() => JSON.parse(storage.getItem(name))),
    set: (document) => guarded(() => storage.setItem(name, JSON.stringify(document))),
    clear: () => guarded(() => storage.removeItem(name)),
  };
}
