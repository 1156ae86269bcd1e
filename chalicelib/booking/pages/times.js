// The booking page without new pages: days open at once, months and steps are fetched and put in place, the address always
// says what a page without this script would say, and what was typed stays. Whatever goes wrong, the link is simply followed.

const book = () => document.querySelector("[data-book]");
const typed = new Map(); // name -> values: kept in this window only, never stored
let asked = 0;
const place = () => location.pathname + location.search;
let shown = place();

const said = (text) => {
  document.querySelector("[data-said]").textContent = text;
};

// ------------------------------------------------------------------ what was typed

const OURS = new Set(["_token", "service_id", "employee_id", "start"]);

const keep = () => {
  const form = document.querySelector("#book");
  if (!form) return;
  const data = new FormData(form);
  for (const name of new Set([...form.elements].map((one) => one.name))) {
    if (name && !OURS.has(name)) typed.set(name, data.getAll(name));
  }
};

const refill = () => {
  for (const input of document.querySelector("#book")?.elements ?? []) {
    const values = typed.get(input.name);
    if (!values || OURS.has(input.name) || input.type === "hidden") continue;
    if (input.type === "checkbox" || input.type === "radio") input.checked = values.includes(input.value);
    else input.value = values[0] ?? "";
  }
};

// ------------------------------------------------------------------ from page to page

const go = async (address, { push = true, focus = [] } = {}) => {
  const number = ++asked;
  keep();
  book().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (number !== asked) return;
    const next = page.querySelector("[data-book]");
    if (!answer.ok || !next) throw new Error("no booking page");
    const before = book().querySelector("[data-step]")?.dataset.step;
    if (push) history.pushState(null, "", address);
    shown = place();
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    book().replaceWith(document.adoptNode(next));
    document.querySelector(".foot")?.replaceWith(document.adoptNode(page.querySelector(".foot")));
    refill();
    dress();
    arrive(before, focus);
  } catch {
    if (number === asked) location.assign(address);
  }
};

const arrive = (before, focus) => {
  const step = book().querySelector("[data-step]")?.dataset.step;
  const wished = focus.map((one) => book().querySelector(one)).find(Boolean);
  const heading = document.querySelector("#step");
  if (wished?.matches(".day")) rove(wished);
  if (wished) wished.focus();
  else if (heading) heading.focus({ preventScroll: true });
  if (step !== before) {
    heading?.scrollIntoView({ block: "nearest" });
    document.dispatchEvent(new Event("zeitfenster:step"));
  }
  const month = document.querySelector("#month")?.textContent;
  said(step === "time" && before === "time" ? `${month}. ${document.querySelector("#open-day").textContent}` : "");
};

// ------------------------------------------------------------------ one day

const openDay = (link) => {
  const when = document.querySelector("[data-when]");
  const panel = when.querySelector("[data-day]");
  const pattern = when.querySelector("template[data-time]");
  if (!pattern) return false;
  for (const other of when.querySelectorAll("[aria-current]")) {
    other.removeAttribute("aria-current");
    other.closest("td")?.setAttribute("aria-selected", "false");
  }
  link.setAttribute("aria-current", "true");
  link.closest("td").setAttribute("aria-selected", "true");
  panel.querySelector("#open-day").textContent = link.dataset.long;
  panel.querySelector("[data-none]")?.remove();
  const times = link.dataset.times.trim().split(" ");
  const left = new Map((when.dataset.seats ?? "").split(";").map((one) => one.split("=")));
  for (const part of panel.querySelectorAll(".part")) {
    const ours = times.filter((time) => part.dataset.from <= time.slice(0, 5) && time.slice(0, 5) < part.dataset.until);
    const list = part.querySelector(".times");
    list.replaceChildren(
      ...ours.map((each) => {
        const [time, seats] = each.split("/");
        const start = `${link.dataset.on}T${time.slice(0, 5)}:00${time.slice(5)}`;
        const line = pattern.content.firstElementChild.cloneNode(true);
        const way = line.querySelector("a");
        way.setAttribute("href", way.getAttribute("href").replace("START", encodeURIComponent(start)));
        line.querySelector("time").dateTime = start;
        line.querySelector("time").textContent = time.slice(0, 5);
        if (seats) line.querySelector(".seats").textContent = left.get(seats);
        return line;
      }),
    );
    part.hidden = ours.length === 0;
  }
  when.querySelector(".jump").hidden = false;
  when.querySelector("[data-why-now]").textContent = "";
  history.pushState(null, "", link.href.split("#")[0]);
  shown = place();
  said(`${link.dataset.long}: ${link.dataset.count}`);
  theirs();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (panel.getBoundingClientRect().top > innerHeight - 120) {
    panel.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }
  return true;
};

// ------------------------------------------------------------------ the month as a grid (ARIA date grid)

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const dayOf = (on) => book().querySelector(`.calendar .day[data-on="${on}"]`);
const shifted = (on, days) => {
  const day = new Date(`${on}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
};

const rove = (to) => {
  for (const day of book().querySelectorAll(".month .day")) day.tabIndex = -1;
  to.tabIndex = 0;
};

const turn = (way, on) => {
  const arrow = book().querySelector(`.turn a[rel="${way}"]`);
  if (arrow) go(arrow.href, { focus: [`.month .day[data-on="${on}"]`, '.month [tabindex="0"]'] });
};

const monthLater = (on, months) => {
  const [year, month, day] = on.split("-").map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, last))).toISOString().slice(0, 10);
};

const onKey = (event) => {
  const day = event.target.closest?.(".month .day");
  if (!day || event.ctrlKey || event.altKey || event.metaKey) return;
  const on = day.dataset.on;
  let to = null;
  const weekday = (new Date(`${on}T12:00:00Z`).getUTCDay() + 6) % 7;
  if (event.key in STEPS) to = shifted(on, STEPS[event.key]);
  else if (event.key === "Home") to = shifted(on, -weekday);
  else if (event.key === "End") to = shifted(on, 6 - weekday);
  else if (event.key === "PageUp") to = monthLater(on, -1);
  else if (event.key === "PageDown") to = monthLater(on, 1);
  else if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    day.click();
    return;
  } else return;
  event.preventDefault();
  const there = dayOf(to);
  if (there) {
    rove(there);
    there.focus();
  } else turn(to < on ? "prev" : "next", to);
};

// ------------------------------------------------------------------ two clocks

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const theirs = () => {
  const when = document.querySelector("[data-zone]");
  if (!when || !zone || zone === when.dataset.zone) return;
  const lang = document.documentElement.lang;
  const told = (at, timeZone, more = {}) =>
    new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone, ...more }).format(at);
  const day = { weekday: "short" };
  let differs = false;
  for (const time of when.querySelectorAll(".times time, time[data-both]")) {
    const at = new Date(time.dateTime);
    if (told(at, zone, day) === told(at, when.dataset.zone, day) || time.nextElementSibling?.matches("small")) continue;
    differs = true;
    const elsewhere = told(at, zone, day) !== told(at, zone) && told(at, zone, { ...day, hour: undefined, minute: undefined });
    const other = elsewhere && elsewhere !== told(at, when.dataset.zone, { ...day, hour: undefined, minute: undefined });
    const clock = other ? `${elsewhere} ${told(at, zone)}` : told(at, zone);
    const small = document.createElement("small");
    const [before, after] = when.dataset.yours.split("{time}");
    const quiet = (text) => Object.assign(document.createElement("span"), { className: "hidden-text", textContent: text });
    if (time.matches("[data-both]")) small.textContent = ` (${before}${clock}${after})`;
    else small.append(quiet(before), clock, quiet(after));
    time.after(small);
  }
  const note = when.querySelector("[data-zone-note]");
  if (differs && note && !note.dataset.told) {
    note.append(` · ${when.dataset.zones.replace("{zone}", zone.replaceAll("_", " "))}`);
    note.dataset.told = "yes";
  }
};

// ------------------------------------------------------------------ the page as it came

const dress = () => {
  const table = book().querySelector("table.month");
  if (table) {
    table.setAttribute("role", "grid");
    for (const day of table.querySelectorAll(".day")) {
      if (!day.dataset.times) {
        day.setAttribute("role", "link");
        day.setAttribute("aria-disabled", "true");
      }
      day.closest("td").setAttribute("aria-selected", String(day.hasAttribute("aria-current")));
    }
    rove(table.querySelector("[aria-current]") ?? table.querySelector("a.day") ?? table.querySelector(".day"));
  }
  theirs();
};

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  const none = event.target.closest?.(".month .day.none");
  if (none) {
    rove(none);
    said(`${none.dataset.long}: ${none.dataset.why}`);
    const why = book().querySelector("[data-why-now]");
    why.textContent = `${none.dataset.long}: ${none.dataset.why}`;
    return;
  }
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.target || link.origin !== location.origin || !link.pathname.startsWith("/book/")) return;
  if (link.hash && link.pathname + link.search === place() && !link.matches(".month .day")) return; // a way within this page
  event.preventDefault();
  if (link.matches(".month .day")) {
    rove(link);
    if (openDay(link)) return;
  }
  const turned = link.matches(".turn a") ? [`.turn a[rel="${link.rel}"]`, ".turn a"] : [];
  go(link.href.split("#")[0], { focus: turned });
});
addEventListener("popstate", () => {
  if (place() !== shown) go(location.href, { push: false }); // and not for a mere #main
});

// After a form was refused the address is that of the form; going back or loading again should find the page.
if (place() !== book().dataset.here) history.replaceState(null, "", book().dataset.here);
shown = place();
dress();
document.querySelector(".notice[role=alert]:not([hidden])")?.focus();
