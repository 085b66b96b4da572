// Runs before the page is drawn, so that nobody who chose the dark is dazzled first.
const chosen = (() => {
  try {
    return localStorage.getItem('theme');
  } catch {
    return null;
  }
})();
if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen;
