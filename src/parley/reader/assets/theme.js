// Light or dark: as the system says, unless the reader chose otherwise. Loaded before the first
// paint, so that a chosen theme does not flash.
(function () {
  'use strict';
  const KEY = 'parley-theme';
  const root = document.documentElement;
  function stored() {
    try { return localStorage.getItem(KEY); } catch { return null; }
  }
  function show(theme) {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
  }
  show(stored());
  document.addEventListener('DOMContentLoaded', () => {
    const button = document.getElementById('theme');
    if (!button) return;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const now = () => root.dataset.theme || (dark.matches ? 'dark' : 'light');
    const word = () => {
      const next = now() === 'dark' ? 'light' : 'dark';
      button.textContent = next === 'dark' ? 'Dark' : 'Light';
      button.setAttribute('aria-label', `Switch to the ${next} theme`);
    };
    button.hidden = false;
    word();
    dark.addEventListener('change', word);
    button.addEventListener('click', () => {
      const next = now() === 'dark' ? 'light' : 'dark';
      show(next);
      try { localStorage.setItem(KEY, next); } catch { /* Not remembered, then. */ }
      word();
    });
  });
})();
