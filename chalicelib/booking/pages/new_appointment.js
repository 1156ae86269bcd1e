// The questions of the service that is chosen are asked, those of the others not; without this script only those of the
// service that the page came with.

const service = document.querySelector("[name=service_id]");
const asked = [...document.querySelectorAll("[data-asked]")];

const ask = () => {
  for (const part of asked) {
    const now = part.dataset.asked === service.value;
    part.hidden = !now;
    part.disabled = !now;
    // Two services may ask under one name: a problem is told at the first place with that name.
    if (now) document.querySelector("[data-asked]").before(part);
  }
};

service?.addEventListener("change", ask);
if (service && asked.length) ask();
