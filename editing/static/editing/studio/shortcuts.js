// Keys that work anywhere on the page but in a field.

const TOOL_KEYS = { b: "colour", t: "part", p: "sketch", w: "warp", k: "keep", r: "remove", l: "look", u: "units", e: "erase", i: "pick", h: "hand" };

const takesText = (element) => element.matches("textarea, select, [contenteditable], input:not([type=range], [type=radio], [type=checkbox], [type=color])");

export function listenForShortcuts(studio) {
  window.addEventListener("keydown", (event) => {
    if (takesText(event.target) || document.querySelector("dialog[open]")) return;
    const action = event.ctrlKey || event.metaKey ? withControl(event) : plain(event);
    if (!action) return;
    event.preventDefault();
    action(studio);
  });
}

function withControl(event) {
  const key = event.key.toLowerCase();
  if (key === "z") return (studio) => (event.shiftKey ? studio.redo() : studio.undo());
  return key === "y" ? (studio) => studio.redo() : null;
}

function plain(event) {
  if (event.altKey) return null;
  const key = event.key.toLowerCase();
  if (key in TOOL_KEYS) return (studio) => studio.setTool(TOOL_KEYS[key]);
  return {
    "[": (studio) => studio.changeBrush(-6),
    "]": (studio) => studio.changeBrush(6),
    "+": (studio) => studio.zoom(1.25),
    "=": (studio) => studio.zoom(1.25),
    "-": (studio) => studio.zoom(0.8),
    0: (studio) => studio.stage.fit(),
    m: (studio) => studio.toggleMarks(),
  }[key] ?? null;
}
