// While a text is typed the preview follows, drawn by the server as it will be sent; a placeholder is put in by a click.
// Nothing is stored by looking: it is the same form with the button that only looks.

const form = document.querySelector("#text");
const look = form.querySelector("[data-look]");
const PAUSE_MS = 500;
let pause = 0;
let asked = 0;

const refresh = async () => {
  const mine = ++asked;
  try {
    const body = new URLSearchParams(new FormData(form, look));
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-preview]");
    const shown = document.querySelector("[data-preview]");
    if (mine !== asked || !fresh) return;
    fresh.querySelector("[data-live]")?.removeAttribute("hidden"); // a page that was refused says it beside the fields
    shown.replaceChildren(...fresh.childNodes);
  } catch {
    // The preview stays as it was; the button that looks is still there.
  }
};

const later = () => {
  clearTimeout(pause);
  pause = setTimeout(refresh, PAUSE_MS);
};

form.addEventListener("input", later);
look.addEventListener("click", async (event) => {
  event.preventDefault();
  await refresh();
  document.querySelector("[data-preview]").scrollIntoView({ block: "start" });
});

for (const list of document.querySelectorAll("[data-chips]")) {
  const field = document.getElementById(list.dataset.chips);
  for (const chip of list.querySelectorAll("[data-insert]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.append(...chip.childNodes);
    button.addEventListener("click", () => {
      field.setRangeText(chip.dataset.insert, field.selectionStart, field.selectionEnd, "end");
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    chip.replaceWith(button);
  }
}
