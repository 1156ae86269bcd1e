// Rows that can grow: empty ones wait out of sight until asked for, a row can be removed, Monday can be copied.
// Without this script all rows stand there, and an empty one is no row.

const inputs = (row) => [...row.querySelectorAll("input:not([type=hidden], [type=checkbox]), textarea")];
const isEmpty = (row) => inputs(row).every((one) => !one.value.trim());
const rowsOf = (list) => [...list.querySelectorAll(":scope > [data-row]")];

const button = (text, about, kind, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = about ? "link plus" : kind;
  made.textContent = text;
  if (about) {
    const more = document.createElement("span"); // a sign for the eye, words for the ear
    more.className = "hidden-text";
    more.textContent = `${text}: ${about}`;
    made.replaceChildren(more);
  }
  made.addEventListener("click", act);
  return made;
};

const empty = (row) => {
  for (const one of inputs(row)) one.value = "";
  for (const one of row.querySelectorAll("input[type=checkbox]")) one.checked = false;
  for (const one of row.querySelectorAll('input[type=hidden]')) one.value = "";
};

const withRemoval = (row, list) => {
  if (!list.dataset.remove) return;
  row.append(button(list.dataset.remove, "", "link remove", () => {
    empty(row);
    row.hidden = true;
    list.parentElement.querySelector("button.add")?.focus();
  }));
};

const oneMore = (list) => {
  const rows = rowsOf(list);
  const waiting = rows.find((row) => row.hidden);
  if (waiting) {
    waiting.hidden = false;
    return waiting;
  }
  if (rows.length >= Number(list.dataset.most)) return null;
  const made = rows.at(-1).cloneNode(true);
  const [before, after] = [`${list.dataset.rows}.${rows.length - 1}`, `${list.dataset.rows}.${rows.length}`];
  for (const one of [made, ...made.querySelectorAll("*")]) {
    for (const name of ["id", "name", "for", "aria-describedby", "data-field"]) {
      const value = one.getAttribute(name);
      if (value) one.setAttribute(name, value.replaceAll(before, after));
    }
  }
  empty(made);
  for (const one of made.querySelectorAll(".remove")) one.remove();
  withRemoval(made, list);
  rows.at(-1).after(made);
  kinds(made);
  return made;
};

const kinds = (within) => {
  for (const select of within.querySelectorAll("[data-kind]")) {
    const place = select.closest("[data-row]").querySelector("[data-when]");
    const fit = () => {
      place.hidden = select.value !== place.dataset.when;
      for (const one of inputs(place)) one.disabled = place.hidden;
    };
    select.addEventListener("change", fit);
    fit();
  }
};

for (const list of document.querySelectorAll("[data-rows]")) {
  const least = list.closest("[data-day]") ? 1 : 0;
  rowsOf(list).forEach((row, number) => {
    withRemoval(row, list);
    if (number >= least && isEmpty(row)) row.hidden = true;
  });
  const add = button(list.dataset.add, list.dataset.addAbout, "link add", () => {
    const row = oneMore(list);
    if (row) inputs(row)[0].focus();
    else add.hidden = true;
  });
  list.after(add);
  if (!list.dataset.copy) continue;
  const copy = button(list.dataset.copy, "", "link add copy", () => {
    const source = rowsOf(list);
    for (const day of list.dataset.copyTo.split(" ")) {
      const target = document.querySelector(`[data-rows="weekly.${day}"]`);
      while (rowsOf(target).length < source.length && oneMore(target));
      rowsOf(target).forEach((row, number) => {
        const from = source[number];
        inputs(row).forEach((one, place) => (one.value = from ? inputs(from)[place].value : ""));
        row.hidden = number > 0 && isEmpty(row);
      });
    }
  });
  add.after(copy);
}
kinds(document);
