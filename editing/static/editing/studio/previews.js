// What the workers answered, by document: undo shows the picture that was there before, bit for bit, without asking again.

const REMEMBERED = 60;

/** A settled picture of every document seen in this visit, the oldest forgotten first. */
export class PreviewMemory {
  #byContent = new Map();

  get(key) {
    return this.#byContent.get(key) ?? null;
  }

  put(key, preview) {
    this.#byContent.delete(key);
    this.#byContent.set(key, preview);
    if (this.#byContent.size > REMEMBERED) this.#byContent.delete(this.#byContent.keys().next().value);
  }
}

/** Previews of revisions older than what is shown are dropped; those of later revisions replace it. */
export class PreviewReader {
  #newest = -1;
  #source = null;

  constructor({ url, onPreview, onProblem, onOpen, EventSource = globalThis.EventSource }) {
    this.#source = new EventSource(url);
    this.#source.addEventListener("preview", (event) => this.#take(JSON.parse(event.data), onPreview));
    this.#source.addEventListener("problem", (event) => onProblem(JSON.parse(event.data)));
    this.#source.addEventListener("open", onOpen);
  }

  #take(preview, onPreview) {
    if (preview.revision < this.#newest) return;
    this.#newest = preview.revision;
    onPreview(preview);
  }

  close() {
    this.#source.close();
  }
}

/** A decoded picture, or null for bytes that are none. */
export async function decoded(url) {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    return null;
  }
  return image;
}
