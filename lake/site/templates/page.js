// Switches the measure of the map, says what is under the pointer or the keyboard, opens parts, filters and sorts.
// Without it the page shows all the same. Texts come ready from the page's data and are only ever set as text.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const measures = JSON.parse(byId("measures").textContent);
  const map = byId("city-map");
  const table = byId("values");
  const select = byId("measure");

  const keyed = (root, tag) => new Map(root ? [...root.querySelectorAll(`${tag}[data-district]`)].map((one) => [one.dataset.district, one]) : []);
  const shapes = keyed(map, "a");
  const labels = keyed(map, "text");
  const rows = keyed(table, "tr");
  const names = new Map([...rows].map(([code, row]) => [code, row.querySelector("a").textContent]));
  let said = new Map();

  function show(key) {
    const measure = measures[key];
    byId("measure-name").textContent = measure.name;
    byId("measure-about").textContent = measure.about;
    showLegend(measure.classes);
    said = new Map();
    const body = table.tBodies[0];
    for (const row of rows.values()) row.hidden = true;
    for (const [code, fill, text, note, dark] of measure.cells) {
      const words = `${names.get(code)}: ${text} ${measure.unit}${note ? `; ${note}` : ""}`;
      said.set(code, words);
      const row = rows.get(code);
      row.hidden = false;
      row.querySelector("rect").setAttribute("fill", fill);
      row.querySelector("b").textContent = text;
      row.querySelector("small").textContent = note;
      body.append(row);
      labels.get(code)?.classList.toggle("light", dark);
      const shape = shapes.get(code);
      if (!shape) continue;
      shape.querySelector("path").setAttribute("fill", fill);
      shape.setAttribute("aria-label", words);
      shape.querySelector("title")?.remove();
    }
  }

  function showLegend(classes) {
    const legend = byId("legend");
    const entries = [...legend.children];
    const hatched = map ? entries.pop() : null;
    const pattern = entries[0];
    legend.replaceChildren(...classes.map(([colour, text]) => {
      const entry = pattern.cloneNode(true);
      entry.querySelector("rect").setAttribute("fill", colour);
      entry.lastChild.textContent = text;
      return entry;
    }));
    if (hatched) legend.append(hatched);
  }

  function point(code) {
    byId("chosen").setAttribute("d", code ? shapes.get(code).querySelector("path").getAttribute("d") : "");
    byId("readout").textContent = code ? said.get(code) : "\u00a0";
    for (const [other, row] of rows) row.classList.toggle("on", other === code);
  }

  if (select) {
    document.querySelector(".choose").hidden = false;
    select.addEventListener("change", () => { show(select.value); if (map) point(""); });
    show(select.value);
  }
  for (const [code, shape] of shapes) {
    for (const kind of ["pointerenter", "focus"]) shape.addEventListener(kind, () => point(code));
    for (const kind of ["pointerleave", "blur"]) shape.addEventListener(kind, () => point(""));
  }
  if (map) {
    for (const [code, row] of rows) {
      row.addEventListener("pointerenter", () => shapes.has(code) && point(code));
      row.addEventListener("pointerleave", () => point(""));
    }
  }

  // A link into a closed part opens it.
  function reveal() {
    const target = location.hash && byId(location.hash.slice(1));
    const part = target && target.closest("details");
    if (part && !part.open) { part.open = true; target.scrollIntoView(); }
  }
  addEventListener("hashchange", reveal);
  reveal();

  // On paper every part is open.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; });

  const figures = byId("table");
  const lines = [...figures.tBodies[0].rows];
  const filter = byId("filter");
  document.querySelector(".filter").hidden = false;
  filter.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const line of lines) {
      const text = line.textContent.toLowerCase();
      line.hidden = !wanted.every((word) => text.includes(word));
      found += line.hidden ? 0 : 1;
    }
    byId("found").textContent = wanted.length ? `${found} of ${lines.length} rows` : "";
  });

  const order = (line, column) => line.cells[column].dataset.order ?? line.cells[column].textContent;
  const numbers = new Intl.Collator("en", { numeric: true });
  for (const [column, head] of [...figures.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const one of figures.tHead.rows[0].cells) one.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const numeric = head.classList.contains("number");
      lines.sort((a, b) => {
        const [left, right] = [order(a, column), order(b, column)];
        if (!left || !right) return left ? -1 : right ? 1 : 0;
        const by = numeric ? left - right : numbers.compare(left, right);
        return down ? -by : by;
      });
      figures.tBodies[0].append(...lines);
    });
  }
})();
