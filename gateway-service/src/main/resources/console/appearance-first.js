// Runs before the page is painted; app/appearance.js changes it later.
(() => {
  const chosen = localStorage.getItem("freshet.appearance");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.appearance = chosen;
})();
