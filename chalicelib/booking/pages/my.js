// Somebody far away reads the time on their own clock too. Nothing is said where both clocks show the same.

for (const line of document.querySelectorAll("[data-instant]")) {
  const { instant, zone, language, text } = line.dataset;
  const at = new Date(instant);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const shown = (timeZone) =>
    new Intl.DateTimeFormat(language === "en" ? "en-GB" : `${language}-CH`, { dateStyle: "full", timeStyle: "short", timeZone }).format(at);
  if (here && here !== zone && shown(here) !== shown(zone)) {
    line.textContent = text.replace("{time}", shown(here)).replace("{zone}", here.replaceAll("_", " "));
    line.hidden = false;
  }
}
