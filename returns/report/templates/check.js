"use strict";
// Search, filter, sort and two views over the findings in #data. Text is only ever set as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const PAGE = { list: 200, record: 50 };
  const COLUMNS = [
    ["severity", "Severity"], ["rule", "Rule"], ["person", "Person"], ["record", "Record"], ["item", "Item"],
    ["value", "Value"], ["message", "What is wrong"], ["who", "Who can put it right"], ["source", data.place],
    ["state", "State"],
  ];
  const byId = (id) => document.getElementById(id);
  const made = (tag, text, name) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    return element;
  };
  // A pseudonym's first twelve digits tell persons apart; the record view and the CSV file have all of it.
  const short = (person) => (/^[0-9a-f]{32}$/.test(person) ? `${person.slice(0, 12)}…` : person);
  const number = (count) => count.toLocaleString("en-GB");

  const findings = data.rows.map((row, at) => {
    const raw = {};
    data.fields.forEach((field, index) => { raw[field] = row[index]; });
    const rule = data.rules[raw.rule];
    const owner = data.owners[raw.owner];
    const module = data.modules[raw.module] || raw.module;
    const finding = {
      at,
      severity: rule.severity,
      rule: raw.rule,
      shownRule: rule.dfe ? `${raw.rule} (DfE ${rule.dfe})` : raw.rule,
      owner: raw.owner,
      module: raw.module,
      state: raw.state,
      person: raw.person,
      personKey: raw.person || "",
      record: [module, raw.record].filter(Boolean).join(" "),
      item: data.items[`${raw.module}.${raw.item}`] || raw.item,
      value: raw.value,
      message: raw.message || rule.message,
      detail: raw.detail,
      who: owner.who,
      system: owner.system,
      source: [raw.source, raw.row === null ? "" : `${data.line} ${raw.row}`].filter(Boolean).join(", "),
      row: raw.row,
      note: raw.note,
      identity: raw.identity,
      id: raw.finding_id,
    };
    finding.text = [
      finding.severity, finding.shownRule, finding.person, finding.record, finding.item, finding.value, finding.message,
      finding.detail, finding.who, finding.system, finding.source, finding.state, finding.note, finding.identity,
      finding.id,
    ].join("\n").toLowerCase();
    return finding;
  });

  const state = { view: "list", page: 0, sort: null, descending: false, shown: findings };
  const selects = [...document.querySelectorAll("#filters select")];
  const names = {
    severity: { error: "Errors", query: "Queries" },
    state: { open: "Open", explained: "Explained", lapsed: "Explanation lapsed" },
    owner: Object.fromEntries(Object.entries(data.owners).map(([code, owner]) => [code, owner.system])),
    module: data.modules,
  };

  function words() {
    return byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  }

  function matches(finding, asked, except) {
    return selects.every((select) => select === except || !select.value || finding[select.dataset.field] === select.value)
      && asked.every((word) => finding.text.includes(word));
  }

  function fillSelects(asked) {
    selects.forEach((select) => {
      const field = select.dataset.field;
      const counts = new Map();
      findings.forEach((finding) => {
        if (!counts.has(finding[field])) counts.set(finding[field], 0);
        if (matches(finding, asked, select)) counts.set(finding[field], counts.get(finding[field]) + 1);
      });
      const chosen = select.value;
      const options = [...counts.keys()].sort().map((value) => {
        const named = (names[field] || {})[value] || value || "(none)";
        const option = made("option", `${named} (${number(counts.get(value))})`);
        option.value = value;
        return option;
      });
      const all = made("option", "All");
      all.value = "";
      select.replaceChildren(all, ...options.filter((option) => option.value));
      select.value = chosen;
    });
  }

  function compare(one, other) {
    const left = one[state.sort], right = other[state.sort];
    if (state.sort === "source" && one.row !== other.row && one.source.split(", ")[0] === other.source.split(", ")[0]) {
      return (one.row || 0) - (other.row || 0);
    }
    return String(left).localeCompare(String(right), "en-GB", { numeric: true }) || one.at - other.at;
  }

  function refresh() {
    const asked = words();
    fillSelects(asked);
    state.shown = findings.filter((finding) => matches(finding, asked));
    if (state.sort) {
      state.shown.sort(compare);
      if (state.descending) state.shown.reverse();
    }
    state.page = 0;
    draw();
  }

  function groups() {
    const people = new Map();
    state.shown.forEach((finding) => {
      const key = finding.personKey || `\u0000${finding.record}`;
      if (!people.has(key)) people.set(key, []);
      people.get(key).push(finding);
    });
    return [...people.values()];
  }

  function draw() {
    const errors = state.shown.filter((finding) => finding.severity === "error").length;
    const persons = new Set(state.shown.map((finding) => finding.personKey).filter(Boolean)).size;
    byId("status").textContent = `${number(state.shown.length)} of ${number(findings.length)} findings: `
      + `${number(errors)} errors, ${number(state.shown.length - errors)} queries, ${number(persons)} persons.`;
    const all = state.view === "list" ? state.shown : groups();
    const size = PAGE[state.view];
    const pages = Math.max(1, Math.ceil(all.length / size));
    const part = all.slice(state.page * size, (state.page + 1) * size);
    byId("page").textContent = `Page ${number(state.page + 1)} of ${number(pages)}`;
    byId("previous").disabled = state.page === 0;
    byId("next").disabled = state.page >= pages - 1;
    byId("list").hidden = state.view !== "list";
    byId("records").hidden = state.view === "list";
    byId("view-list").setAttribute("aria-pressed", String(state.view === "list"));
    byId("view-record").setAttribute("aria-pressed", String(state.view === "record"));
    if (state.view === "list") drawList(part); else drawRecords(part);
  }

  function drawList(part) {
    document.querySelectorAll("#columns th").forEach((heading) => {
      const sorted = heading.dataset.field === state.sort;
      heading.setAttribute("aria-sort", sorted ? (state.descending ? "descending" : "ascending") : "none");
    });
    byId("rows").replaceChildren(...part.map((finding) => {
      const row = made("tr");
      COLUMNS.forEach(([field]) => {
        const text = field === "rule" ? finding.shownRule : field === "state" ? names.state[finding.state]
          : field === "person" ? short(finding.person) : finding[field];
        const name = {
          severity: `${finding.severity} whole`, rule: "whole", person: "pseudonym whole",
          // What is as short as a date, code or key stays on one line; a longer value may break anywhere.
          value: finding.value.length > 16 ? "text" : "whole", message: "text said",
        }[field] || "";
        const cell = made("td", field === "source" ? undefined : text, name);
        // A file's name may break at its underscores, and nowhere else.
        if (field === "source") text.split(/(?<=_)/).forEach((part) => cell.append(part, made("wbr")));
        if (field === "rule" && finding.id) cell.append(made("div", finding.id, "id"));
        if (field === "message" && finding.detail) cell.append(made("div", finding.detail));
        if (field === "state" && finding.note) cell.append(made("div", finding.note));
        if (field === "person" && finding.identity) {
          const identity = made("div", undefined, "identity");
          finding.identity.split("; ").forEach((part, at) => identity.append(at ? "; " : "", made("span", part, "whole")));
          cell.append(identity);
        }
        row.append(cell);
      });
      return row;
    }));
  }

  function drawRecords(part) {
    byId("records").replaceChildren(...part.map((listed) => {
      const first = listed[0];
      const box = made("section", undefined, "person");
      const title = made("h3", first.person ? (first.person.startsWith("person ") ? first.person.replace("p", "P") : `Person ${first.person}`) : "No person");
      box.append(title);
      if (first.identity) box.append(made("p", first.identity));
      const records = new Map();
      listed.forEach((finding) => {
        const key = finding.record + "\u0000" + finding.source;
        if (!records.has(key)) records.set(key, []);
        records.get(key).push(finding);
      });
      records.forEach((found) => {
        box.append(made("h4", [found[0].record || "Structure of the file", found[0].source].filter(Boolean).join(": ")));
        const list = made("ul");
        found.forEach((finding) => {
          const line = made("li");
          line.append(made("span", finding.severity, finding.severity), ` ${finding.shownRule}, ${finding.item}`);
          line.append(finding.value ? ` = ${finding.value}: ` : ": ", finding.message);
          if (finding.detail) line.append(` ${finding.detail}.`);
          line.append(` ${finding.who}.`);
          if (finding.state !== "open") line.append(` ${names.state[finding.state]}${finding.note ? `: ${finding.note}` : ""}.`);
          if (finding.id) line.append(" Finding ", made("span", finding.id, "id"), ".");
          list.append(line);
        });
        box.append(list);
      });
      return box;
    }));
  }

  COLUMNS.forEach(([field, title]) => {
    const heading = made("th");
    heading.scope = "col";
    heading.dataset.field = field;
    const button = made("button", title);
    button.type = "button";
    button.addEventListener("click", () => {
      state.descending = state.sort === field && !state.descending;
      state.sort = field;
      refresh();
    });
    heading.append(button);
    byId("columns").append(heading);
  });

  let waiting;
  byId("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(refresh, 120); });
  selects.forEach((select) => select.addEventListener("change", refresh));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", () => setTimeout(refresh));
  byId("previous").addEventListener("click", () => { state.page -= 1; draw(); });
  byId("next").addEventListener("click", () => { state.page += 1; draw(); });
  byId("view-list").addEventListener("click", () => { state.view = "list"; state.page = 0; draw(); });
  byId("view-record").addEventListener("click", () => { state.view = "record"; state.page = 0; draw(); });
  document.querySelectorAll(".show").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      byId("filters").reset();
      fillSelects([]);
      byId(`f-${button.dataset.filter}`).value = button.dataset.value;
      refresh();
      byId("findings").scrollIntoView();
      byId("search").focus({ preventScroll: true });
    });
  });
  byId("app").hidden = false;
  // Another page of the night leads here to the findings of one person.
  const wanted = new URLSearchParams(location.hash.slice(1)).get("search");
  if (wanted) byId("search").value = wanted;
  refresh();
  if (wanted) byId("findings").scrollIntoView();
})();
