// The studio's page: reads its settings, makes the parts and joins them. Everything else knows nothing of this file.

import { Announcer } from "./announcer.js";
import { CanvasInput } from "./input.js";
import { keptIn, Outbox, Outdated, Refused } from "./outbox.js";
import { Panels } from "./panels.js";
import { readPartMap } from "./parts.js";
import { decoded, PreviewReader } from "./previews.js";
import { listenForShortcuts } from "./shortcuts.js";
import { Stage } from "./stage.js";
import { CandidateStrip } from "./strips.js";
import { Studio } from "./studio.js";

const FRAME = { left: 0, top: 0, width: 1, height: 1 };
const TIMEOUT_MS = 10000;

const root = document.querySelector("#studio");
const config = JSON.parse(document.querySelector("#studio-config").textContent);
const busy = document.querySelector("#busy");
const announcer = new Announcer(document.querySelector("#announcement"), document.querySelector("#connection"));

async function begin() {
  const image = config.photo ? await decoded(config.photo.url) : null;
  if (config.photo && !image) return announcer.connection("problem", "The photo could not be loaded. Reload the page to try again.");
  const original = image && { image, box: config.photo.box };
  const stage = new Stage(document.querySelector("#stage"));
  const studio = new Studio({ stage, document: config.document, revision: config.revision, original });
  studio.say = (text) => announcer.say(text);
  studio.partWords = config.partWords;
  studio.candidates = new CandidateStrip(document.querySelector("#candidates"), (index) => studio.choose(index));
  studio.panels = new Panels(root, studio);
  const kept = keptIn(localStorage, config.session);
  studio.outbox = new Outbox({ revision: config.revision, send: sender(studio), clock: clock(), kept, onStatus: (...said) => status(studio, ...said) });
  stage.update({ before: original });
  new CanvasInput(stage.canvas, studio);
  listenForShortcuts(studio);
  listen(studio, original);
  guardLeaving(studio);
  studio.setTool("colour");
  studio.refresh();
  restoreUnsent(studio, kept);
  root.dataset.ready = "true";
  return studio;
}

const clock = () => ({
  now: () => performance.now(),
  setTimeout: (action, delay) => setTimeout(action, delay),
  clearTimeout: (id) => clearTimeout(id),
});

function sender(studio) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  return async (revision, edited) => {
    studio.noteSent(revision, edited);
    performance.mark(`sent-${revision}`);
    const answer = await fetch(config.urls.document, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ revision, document: edited }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.ok) return;
    const said = await answer.json().catch(() => ({}));
    if (answer.status === 409) throw new Outdated(said.revision);
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429 && answer.status !== 408) {
      throw new Refused(said.message ?? "This drawing cannot be used.");
    }
    throw new Error(`HTTP ${answer.status}`);
  };
}

function status(studio, state, message) {
  if (state === "saving") {
    busy.hidden = !studio.isWaiting;
    root.dataset.settled = "false";
  }
  if (state === "refused") busy.hidden = true;
  announcer.connection(state, message);
}

function listen(studio, original) {
  new PreviewReader({
    url: config.urls.events,
    onOpen: () => studio.outbox.wake(),
    onProblem: (problem) => {
      busy.hidden = true;
      announcer.connection("problem", problem.message);
    },
    onPreview: async (preview) => {
      takeParts(studio, preview.parts);
      // On a photo, the manifold's own small picture is a candidate's thumbnail; the canvas waits for the photo's.
      if (original && preview.placed === "frame") return studio.takeThumbnails(preview);
      const box = original ? original.box : FRAME;
      const [image, ...frames] = await Promise.all([preview.image, ...preview.frames].map(decoded));
      if (!image) return undefined;
      studio.takePreview({
        revision: preview.revision,
        settled: preview.settled,
        after: { image, box, url: preview.image },
        candidates: preview.candidates,
        frames: frames.filter(Boolean).map((frame) => ({ image: frame, box })),
      });
      root.dataset.revision = preview.revision;
      root.dataset.settled = preview.settled && preview.revision >= studio.outbox.revision;
      busy.hidden = !studio.isWaiting;
      if (preview.settled && preview.note) announcer.connection("note", preview.note);
      performance.mark(`shown-${preview.revision}`);
      return announcer.progress(preview);
    },
  });
  window.addEventListener("online", () => studio.outbox.wake());
}

async function takeParts(studio, parts) {
  if (!parts || root.dataset.parts) return;
  const image = await decoded(parts.image);
  if (!image) return;
  studio.takeParts(readPartMap(parts, image, config.partWords));
  root.dataset.parts = parts.names.join(" ");
}

function guardLeaving(studio) {
  window.addEventListener("beforeunload", (event) => {
    if (!studio.outbox.isEmpty) event.preventDefault();
  });
  // What leaves for the server must be there before the server reads it.
  for (const form of document.querySelectorAll("form[data-needs-saved]")) {
    form.addEventListener("submit", (event) => {
      if (studio.outbox.isEmpty) return;
      event.preventDefault();
      announcer.say("Saving your strokes first.");
      studio.outbox.whenEmpty().then(() => form.requestSubmit(event.submitter));
    });
  }
}

function restoreUnsent(studio, kept) {
  const unsent = kept.get();
  if (!unsent) return;
  studio.replaceDocument(() => unsent);
  announcer.say("Strokes that had not reached the server were brought back.");
}

begin();
