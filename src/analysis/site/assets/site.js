// Follows the reading position in the contents, and switches between light and dark.
// The page is complete without it.
"use strict";

(() => {
  const root = document.documentElement;
  const button = document.querySelector(".theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const remembered = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  const remember = (theme) => {
    try { localStorage.setItem("theme", theme); } catch { /* pages from disk may not store */ }
  };
  const current = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const label = () => { button.textContent = current() === "dark" ? button.dataset.light : button.dataset.dark; };
  if (["dark", "light"].includes(remembered())) root.dataset.theme = remembered();
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    remember(root.dataset.theme);
    label();
  });
  dark.addEventListener("change", label);
  label();

  const links = new Map();
  for (const link of document.querySelectorAll(".toc a")) {
    const target = document.getElementById(link.hash.slice(1));
    if (target) links.set(target, link);
  }
  const follow = () => {
    let reached = null;
    for (const target of links.keys()) {
      if (target.getBoundingClientRect().top <= innerHeight / 3) reached = target;
    }
    if (innerHeight + scrollY >= root.scrollHeight - 2) reached = [...links.keys()].at(-1);
    for (const [target, link] of links) {
      if (target === reached) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  if (links.size) {
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; follow(); });
    }, { passive: true });
    follow();
  }
})();
