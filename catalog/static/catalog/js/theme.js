// Runs before the first paint: the chosen theme and "scripts work" are marked on the root element.
const root = document.documentElement;
root.classList.add("js");

const KEY = "theme";
const chosen = localStorage.getItem(KEY);
if (chosen) root.dataset.theme = chosen;

const isDark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-toggle]");
  if (!button) return;
  root.dataset.theme = isDark() ? "light" : "dark";
  localStorage.setItem(KEY, root.dataset.theme);
});
