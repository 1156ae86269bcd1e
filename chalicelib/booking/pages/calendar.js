// The calendar by keyboard and by mouse: arrow keys go from place to place, X picks an appointment up, a free time takes it.
// Moving ends on the page that moves an appointment, where it is confirmed; without this script that page is reached by links.

const calendar = document.querySelector("[data-calendar]");
const said = document.querySelector("[data-said]");
const wide = matchMedia("(min-width: 60rem)");
let held = null;

const say = (text) => { if (said) said.textContent = text; };
const inside = "a.entry, .slots a";
const columns = () => [...calendar.querySelectorAll(".column")];
const places = (column) => [...column.querySelectorAll(inside)]
  .filter((place) => place.offsetParent !== null)
  .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
const middle = (place) => { const box = place.getBoundingClientRect(); return box.top + box.height / 2; };

const go = (place, key) => {
  const all = columns();
  const column = place.closest(".column");
  const mine = places(column);
  const at = mine.indexOf(place);
  if (key === "ArrowDown" || key === "ArrowUp") return mine[at + (key === "ArrowDown" ? 1 : -1)];
  if (key === "Home") return mine[0];
  if (key === "End") return mine.at(-1);
  const step = key === "ArrowRight" ? 1 : -1;
  for (let next = all.indexOf(column) + step; all[next]; next += step) {
    const there = places(all[next]);
    if (there.length) return there.reduce((best, one) =>
      (Math.abs(middle(one) - middle(place)) < Math.abs(middle(best) - middle(place)) ? one : best));
  }
  return undefined;
};

const letGo = () => {
  held?.classList.remove("cut");
  calendar.classList.remove("moving");
  held = null;
};

const moveTo = (appointment, slot) => {
  const query = new URLSearchParams({ id: appointment, action: "move", start: slot.dataset.start });
  if (slot.dataset.employee) query.set("employee_id", slot.dataset.employee);
  location.assign(`/forms/appointment?${query}`);
};

const pickUp = (entry) => {
  letGo();
  if (!("movable" in entry.dataset)) return say(calendar.dataset.fixed);
  held = entry;
  entry.classList.add("cut");
  return say(calendar.dataset.cut);
};

const onKey = (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const place = event.target.closest?.(inside);
  if (event.key === "Escape" && held) {
    held.focus();
    letGo();
    say(calendar.dataset.letGo);
  } else if (event.target === calendar && event.key === "ArrowDown" && wide.matches) {
    const first = columns().flatMap(places)[0];
    if (!first) return;
    event.preventDefault();
    first.focus();
    say(calendar.dataset.keys);
  } else if (place && ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
    const next = go(place, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  } else if (place?.matches(".entry") && event.key.toLowerCase() === "x") {
    event.preventDefault();
    pickUp(place);
  } else if (place?.matches(".slots a") && held && event.key === "Enter") {
    event.preventDefault();
    moveTo(held.dataset.appointment, place);
  }
};

const drag = () => {
  for (const entry of calendar.querySelectorAll("a.entry[data-movable]")) entry.draggable = true;
  calendar.addEventListener("dragstart", (event) => {
    const entry = event.target.closest?.("a.entry[data-movable]");
    if (!entry) return;
    event.dataTransfer.setData("text/plain", entry.dataset.appointment);
    event.dataTransfer.effectAllowed = "move";
    held = entry;
    // What lies under the pointer shall be the free time and not another appointment.
    requestAnimationFrame(() => {
      entry.classList.add("cut");
      calendar.classList.add("moving");
    });
  });
  calendar.addEventListener("dragend", letGo);
  for (const kind of ["dragenter", "dragover"]) {
    calendar.addEventListener(kind, (event) => {
      const slot = event.target.closest?.(".slots a");
      for (const one of calendar.querySelectorAll(".over")) if (one !== slot) one.classList.remove("over");
      if (!slot || !held) return;
      event.preventDefault();
      slot.classList.add("over");
    });
  }
  calendar.addEventListener("drop", (event) => {
    const slot = event.target.closest?.(".slots a");
    if (!slot || !held) return;
    event.preventDefault();
    moveTo(held.dataset.appointment, slot);
  });
};

const tick = () => {
  const line = calendar.querySelector(".now");
  if (!line) return;
  const started = Date.now();
  const ground = line.closest(".layer");
  const from = line.offsetTop;
  const rows = Number(line.dataset.rows);
  setInterval(() => {
    const down = from + ((Date.now() - started) / 60000) * (ground.clientHeight / (rows * 5));
    if (down < ground.clientHeight) line.style.setProperty("transform", `translateY(${down - from}px)`);
  }, 60000);
};

if (calendar) {
  calendar.addEventListener("keydown", onKey);
  drag();
  tick();
}
const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
