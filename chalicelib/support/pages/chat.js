// Loads the chat. The mark stands only on pages of somebody who agreed; without it this script is not there either.
const mark = document.getElementById("chat");

window.ChatraID = mark.dataset.key;
window.ChatraSetup = { clientId: mark.dataset.client, language: mark.dataset.language, disableGaTracking: true };
window.Chatra = window.Chatra || function () {
  (window.Chatra.q = window.Chatra.q || []).push(arguments);
};
const script = document.createElement("script");
script.async = true;
script.src = mark.dataset.script;
document.head.append(script);
