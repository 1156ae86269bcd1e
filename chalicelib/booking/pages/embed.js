// Puts a booking page of Zeitfenster into a partner's own site:
// <script src="https://.../embed.js" data-name="salon" data-language="de" async></script>
// The frame appears where the script stands and grows with its content. Nothing is read from the page around it.
(() => {
  "use strict";
  const tag = document.currentScript;
  const name = tag && tag.dataset.name;
  if (!name) return;
  const here = new URL(tag.src).origin;
  const words = {
    de: ["Termin buchen", "Termin in einem neuen Tab buchen"],
    fr: ["Prendre rendez-vous", "Prendre rendez-vous dans un nouvel onglet"],
    it: ["Prenotare un appuntamento", "Prenotare in una nuova scheda"],
    en: ["Book an appointment", "Book in a new tab"],
  };
  const wished = tag.dataset.language || document.documentElement.lang.slice(0, 2);
  const language = words[wished] ? wished : "de";
  const page = new URL(`/book/${encodeURIComponent(name)}`, here);
  page.searchParams.set("lang", language);

  const link = document.createElement("a");
  link.href = page.href;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = words[language][1];

  const frame = document.createElement("iframe");
  page.searchParams.set("embed", "1");
  frame.src = page.href;
  frame.title = tag.dataset.title || words[language][0];
  frame.loading = "lazy";
  frame.style.cssText = "display:block;width:100%;height:640px;border:0;color-scheme:normal";

  let opened = false;
  // The next step may be shorter than the one before: let its beginning be seen.
  const begin = () => {
    if (frame.getBoundingClientRect().top < 0) frame.scrollIntoView({ block: "start" });
  };
  frame.addEventListener("load", () => {
    frame.contentWindow.postMessage({ zeitfenster: "hello" }, here);
    if (opened) begin();
  });
  addEventListener("message", (event) => {
    if (event.origin !== here || event.source !== frame.contentWindow) return;
    const said = event.data;
    if (said && said.zeitfenster === "step") begin();
    if (!said || said.zeitfenster !== "height" || !Number.isFinite(said.height)) return;
    frame.style.height = `${Math.min(Math.max(said.height, 200), 20000)}px`;
    opened = true;
    link.hidden = true; // the page is there: no need for another way to it
  });

  const box = document.createElement("div");
  box.append(frame, link);
  tag.after(box);
})();
