// Sealed forms without a new page: what was wrong appears beside its field and nothing that was typed is lost.
// Whatever this script does not understand it leaves to the browser, which sends the same form and shows the page that comes.

// Refusals that are told on the page as it stands; all others bring a page of their own. A login that failed counts as an
// attempt, so it must not be sent a second time.
const BESIDE = [401, 422, 429, 503];

const send = async (form, submitter) => {
  const body = new URLSearchParams(new FormData(form, submitter));
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  return { answer, next: answer.headers.get("X-Next"), json: BESIDE.includes(answer.status) ? await answer.json() : null };
};

const clear = (form) => {
  for (const line of form.querySelectorAll(".error")) line.hidden = true;
  for (const field of form.querySelectorAll(".wrong")) field.classList.remove("wrong");
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
};

// Where a problem belongs: "weekly.mon[0]" beside weekly.mon if there is such a place, else beside weekly; of rows the
// empty ones are not sent, and so not counted.
const placeOf = (form, name) => {
  const [, list, number] = /^(\w+)\[(\d+)\]/.exec(name) ?? [];
  const typed = (row) => [...row.querySelectorAll("input:not([type=hidden], [type=checkbox]), textarea")].some((one) => one.value.trim());
  const row = list && [...form.querySelectorAll(`[data-rows="${list}"] > [data-field]`)].filter(typed)[number];
  if (row) return row;
  for (let path = name.replaceAll("[", ".").replaceAll("]", ""); path; path = path.replace(/\.?[^.]*$/, "")) {
    const found = form.querySelector(`[data-field="${CSS.escape(path)}"]`);
    if (found) return found;
  }
  return null;
};

const show = (form, problem) => {
  clear(form);
  const all = form.querySelector("[data-problems]");
  all.replaceChildren();
  const title = document.createElement("strong");
  title.textContent = problem.status === 401 ? "" : `${problem.title}. `;
  const list = document.createElement("ul");
  for (const error of problem.errors ?? []) {
    const field = placeOf(form, error.field);
    field?.closest("details")?.setAttribute("open", "");
    const line = field?.querySelector(":scope > .error") ?? field?.querySelector(".error");
    const input = field?.querySelector("input:not([type=hidden]), select, textarea");
    const item = document.createElement("li");
    if (input && line) {
      field.classList.add("wrong");
      line.textContent = error.message;
      line.hidden = false;
      input.setAttribute("aria-invalid", "true");
      const said = new Set((input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean)).add(line.id);
      input.setAttribute("aria-describedby", [...said].join(" "));
      const way = document.createElement("a");
      way.href = `#${input.id || line.id}`;
      const named = document.getElementById(field.getAttribute("aria-labelledby"));
      const label = named ?? field.querySelector("label, legend, h2");
      way.textContent = label?.firstChild.textContent.trim() ?? error.field;
      item.append(way, ": ");
    }
    item.append(error.message);
    list.append(item);
  }
  const lead = document.createElement("p");
  lead.append(title, problem.detail);
  all.append(lead, list);
  all.hidden = false;
  all.tabIndex = -1;
  all.focus();
};

const leave = (form, submitter) => {
  if (submitter?.name) {
    // submit() does not know which button was pressed.
    const held = Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value });
    form.append(held);
  }
  form.submit();
};

// On a phone the ways on are one line that can be pushed aside: the place where one is should be in sight.
const ways = document.querySelector(".desk .top nav");
const here = ways?.querySelector("[aria-current]");
if (here) ways.scrollLeft = here.offsetLeft + here.offsetWidth / 2 - ways.offsetLeft - ways.clientWidth / 2;

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form.sealed") || event.defaultPrevented) return;
  event.preventDefault();
  const button = event.submitter ?? form.querySelector("button");
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    const { answer, next, json } = await send(form, event.submitter);
    if (json?.detail && !json.errors?.some((error) => error.field === form.dataset.redraw)) show(form, json);
    else if (answer.ok && next) location.assign(next);
    else leave(form, event.submitter); // sent again, the same form has the same answer and no second effect
  } catch {
    leave(form, event.submitter);
  } finally {
    button.removeAttribute("aria-disabled");
  }
});
