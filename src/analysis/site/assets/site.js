// Follows the reading position in the contents, switches between light and dark, copies
// links, reads values off figures, sorts and filters long tables. The page is complete
// without it.
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

  const words = document.body.dataset;
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const teller = make("p", { className: "hidden" });
  teller.setAttribute("role", "status");
  document.body.append(teller);
  const tell = (text) => { teller.textContent = text; };

  // links to every section and number
  const space = document.querySelector("svg")?.namespaceURI;
  const draw = (d) => {
    const svg = document.createElementNS(space, "svg");
    const path = document.createElementNS(space, "path");
    for (const [name, value] of Object.entries({ class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" })) svg.setAttribute(name, value);
    for (const [name, value] of Object.entries({ d, fill: "none", stroke: "currentColor", "stroke-width": "1.5" })) path.setAttribute(name, value);
    svg.append(path);
    return svg;
  };
  const write = async (text) => {
    try { await navigator.clipboard.writeText(text); } catch {
      const field = make("textarea", { value: text, readOnly: true, className: "hidden" });
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  };
  const LINK = "M6.5 9.5a2.5 2.5 0 0 0 3.6 0l3-3a2.5 2.5 0 0 0-3.6-3.6l-1 1M9.5 6.5a2.5 2.5 0 0 0-3.6 0l-3 3a2.5 2.5 0 0 0 3.6 3.6l1-1";
  for (const place of document.querySelectorAll(".section > h2, .tile > h3, .figure > figcaption, .table caption > span, .finding > .aside, .method > h3, .checks tbody th")) {
    const target = place.closest("[id]:not(h2):not(caption)");
    if (!target || !words.copy || !space) continue;
    const name = (place.matches(".aside") ? target.querySelector(".statement") : place).textContent.trim().replace(/\s+/g, " ");
    const button = make("button", { type: "button", className: "copy" }, draw(LINK));
    button.setAttribute("aria-label", `${words.copy} ${name}`);
    button.title = words.copy;
    button.addEventListener("click", async () => {
      await write(`${location.href.split("#")[0]}#${target.id}`);
      button.classList.add("done");
      tell(words.copied);
      setTimeout(() => button.classList.remove("done"), 1500);
    });
    place.append(button);
  }

  // figures: what stands in the table is read off at its place in the picture, by pointer,
  // finger or keyboard; before the tables are sorted, since marks name their rows
  const REACH = 36;
  const makeReadable = (drawing) => {
    const svg = drawing.querySelector("svg");
    const table = drawing.closest("figure").querySelector("table");
    const text = (cell) => cell.textContent.trim().replace(/\s+/g, " ");
    const heads = [...table.tHead.rows[0].cells].map((cell) => [text(cell), cell.classList.contains("number")]);
    const marks = drawing.dataset.marks.split(" ").map((mark) => {
      const [x, y, row, ...columns] = mark.split(",").map(Number);
      const cells = [...table.tBodies[0].rows[row].cells];
      const say = (column) => words.reading.replace("{what}", () => heads[column][0]).replace("{value}", () => text(cells[column]));
      const what = [...heads.keys()].filter((column) => !heads[column][1]).map(say).join(" · ");
      return { x, y, what, values: columns.map(say).join(" · ") };
    });
    const ring = document.createElementNS(space, "circle");
    for (const [name, value] of Object.entries({ class: "mark", r: "7", "aria-hidden": "true" })) ring.setAttribute(name, value);
    const slider = make("input", { type: "range", min: 1, max: marks.length, step: 1, value: 1 });
    const told = make("output", {}, words.hint);
    told.setAttribute("aria-live", "off"); // the slider says it
    const name = words.read.replace("{figure}", drawing.getAttribute("aria-label"));
    const both = make("div", {}); // what sticks to the window's edge stays clear of the caption
    drawing.replaceWith(both);
    both.append(drawing, make("div", { className: "reading" }, make("label", {}, `${name} `, slider), told));
    slider.setAttribute("aria-valuetext", words.hint);
    const show = (mark) => {
      ring.setAttribute("cx", mark.x);
      ring.setAttribute("cy", mark.y);
      svg.append(ring);
      told.replaceChildren(make("strong", {}, mark.values), ` ${mark.what}`);
      slider.setAttribute("aria-valuetext", `${mark.what}. ${mark.values}`);
    };
    const pick = () => {
      const mark = marks[slider.value - 1];
      show(mark);
      const place = ring.getBoundingClientRect(), seen = drawing.getBoundingClientRect();
      if (place.left < seen.left || place.right > seen.right) drawing.scrollLeft += place.left - seen.left - seen.width / 2;
    };
    slider.addEventListener("input", pick);
    slider.addEventListener("focus", () => { if (!ring.isConnected) pick(); });
    const point = (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const away = (mark) => Math.hypot(mark.x - at.x, mark.y - at.y);
      const nearest = marks.reduce((best, mark, n) => (away(mark) < away(marks[best]) ? n : best), 0);
      if (away(marks[nearest]) > REACH || (slider.value - 1 === nearest && ring.isConnected)) return;
      slider.value = nearest + 1;
      show(marks[nearest]);
    };
    svg.addEventListener("pointermove", point);
    svg.addEventListener("pointerdown", point);
  };
  if (words.read) for (const drawing of document.querySelectorAll(".drawing[data-marks]")) makeReadable(drawing);

  // tables: sort by a column, and show the rows that hold a text
  const SHORT = 12;
  const value = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
    return cell.classList.contains("number") ? null : cell.textContent.trim();
  };
  const compare = (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), root.lang, { numeric: true });
  };
  const makeSortable = (table) => {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      // no <button>: with one in it, a browser does not repeat the head on each sheet of paper
      const button = make("span", { className: "sort", tabIndex: 0 }, ...head.childNodes);
      button.setAttribute("role", "button");
      head.append(button);
      button.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        button.click();
      });
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const numeric = head.classList.contains("number");
        const cycle = numeric ? [null, "descending", "ascending"] : [null, "ascending", "descending"];
        const order = cycle[(cycle.indexOf(before) + 1) % 3];
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        const rows = original.filter((row) => !row.classList.contains("total"));
        if (order) {
          head.setAttribute("aria-sort", order);
          const sign = order === "ascending" ? 1 : -1;
          rows.sort((a, b) => {
            const [left, right] = [value(a, column), value(b, column)];
            if (left === null || right === null) return compare(left, right);
            return sign * compare(left, right);
          });
          body.append(...rows, ...original.filter((row) => row.classList.contains("total")));
        } else body.append(...original);
      });
    });
  };
  const makeFilterable = (table) => {
    const rows = [...table.tBodies[0].rows];
    const input = make("input", { type: "search" });
    const count = make("span");
    count.setAttribute("role", "status");
    const box = make("div", { className: "filter" }, make("label", {}, `${words.filter} `, input), count);
    table.parentElement.before(box);
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLocaleLowerCase();
      let shown = 0;
      for (const row of rows) {
        row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
        if (!row.hidden) shown += 1;
      }
      count.textContent = wanted ? words.shown.replace("{shown}", shown).replace("{total}", rows.length) : "";
    });
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    makeSortable(table);
    if (table.tBodies[0].rows.length > SHORT && words.filter) makeFilterable(table);
  }

  // over all runs: find reports by words, period, report, scope, status
  const finder = document.getElementById("finder");
  if (finder) {
    const MOST = 40, LINES = 3;
    const data = JSON.parse(document.getElementById("finder-data").textContent);
    const low = data.texts.map((text) => text.toLowerCase());
    for (const report of data.reports) report.head = `${report.title} ${report.where} ${report.period} ${report.how}`.toLowerCase();
    const input = document.getElementById("finder-text");
    const selects = [...finder.querySelectorAll("select")];
    const list = document.getElementById("finder-results");
    const count = document.getElementById("finder-count");
    const sections = document.querySelectorAll(".run-section");
    const mark = (text, wanted) => {
      const line = document.createDocumentFragment();
      const lower = text.toLowerCase();
      let from = 0;
      while (from < text.length) {
        const next = wanted.map((word) => [lower.indexOf(word, from), word]).filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0])[0];
        if (!next) break;
        line.append(text.slice(from, next[0]), make("mark", {}, text.slice(next[0], next[0] + next[1].length)));
        from = next[0] + next[1].length;
      }
      line.append(text.slice(from));
      return line;
    };
    const match = (report, wanted) => {
      const rest = wanted.filter((word) => !report.head.includes(word));
      const lines = report.said.filter(([, text]) => wanted.some((word) => low[text].includes(word)) && rest.every((word) => low[text].includes(word)));
      return lines.length || !rest.length ? lines : null;
    };
    const show = (report, lines, wanted) => {
      const title = report.page ? make("a", { href: report.page }, report.title) : report.title;
      const entry = make("li", {}, title, make("span", { className: "quiet" }, `${report.where} · ${report.period} · ${report.how}`));
      if (lines.length) {
        entry.append(make("ul", {}, ...lines.slice(0, LINES).map(([kind, text, anchor]) =>
          make("li", {}, make("span", { className: "kind" }, data.kinds[kind]), make("a", { href: `${report.page}#${anchor}` }, mark(data.texts[text], wanted))))));
      }
      return entry;
    };
    const find = () => {
      const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = selects.filter((select) => select.value);
      const active = wanted.length || chosen.length;
      const found = [];
      for (const report of active ? data.reports : []) {
        if (!chosen.every((select) => report[select.dataset.key] === select.value)) continue;
        const lines = wanted.length ? match(report, wanted) : [];
        if (lines) found.push([report, lines]);
      }
      if (wanted.length) found.sort((a, b) => (a[1][0]?.[0] ?? 9) - (b[1][0]?.[0] ?? 9));
      list.replaceChildren(...found.slice(0, MOST).map(([report, lines]) => show(report, lines, wanted)));
      count.textContent = !active ? "" : found.length ? count.dataset.found.replace("{n}", found.length).replace("{total}", data.reports.length) : count.dataset.none;
      for (const section of sections) section.hidden = Boolean(active);
    };
    input.addEventListener("input", find);
    for (const select of selects) select.addEventListener("change", find);
    finder.hidden = false;
  }
})();
