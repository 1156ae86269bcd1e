// Buttons that copy what stands beside them: <button hidden data-copy="id of the text" data-copied="Copied">Copy</button>.
// Without this script they stay hidden, and people select the text.

for (const button of document.querySelectorAll("[data-copy]")) {
  const said = document.createElement("span");
  said.className = "hidden-text";
  said.setAttribute("role", "status");
  button.after(said);
  const usual = button.textContent;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = said.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = usual; said.textContent = ""; }, 3000);
  });
}
