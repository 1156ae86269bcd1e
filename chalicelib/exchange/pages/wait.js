// Looks again after three seconds while a file is being made. Without this script people use the link.

if (document.querySelector("[data-wait]")) setTimeout(() => location.reload(), 3000);
