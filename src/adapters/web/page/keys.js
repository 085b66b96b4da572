/** What the keys do; in a field, and with a modifier, they are the browser's. */
export function listenToKeys({ run, help, theme }) {
  const inList = {
    ArrowDown: () => run.move(1),
    ArrowUp: () => run.move(-1),
    PageDown: () => run.page(1),
    PageUp: () => run.page(-1),
    Home: () => run.home(),
    End: () => run.end(),
    Enter: () => run.open(),
  };
  const anywhere = {
    j: () => run?.move(1),
    k: () => run?.move(-1),
    n: () => run?.next(),
    p: () => run?.before(),
    f: () => run?.first(),
    g: () => run?.guilty(),
    s: () => run?.step(),
    '/': () => run?.search(),
    '?': help,
    t: theme,
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape' && run?.close()) return event.preventDefault();
    if (event.target.matches?.('input[type="search"]')) {
      if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
      event.preventDefault();
      document.getElementById('rows').focus();
      return run.move(event.key === 'Enter' ? 0 : 1);
    }
    if (event.target.matches?.('input, textarea, select')) return;
    const isList = event.target.id === 'rows';
    const does = (isList && run && inList[event.key]) || anywhere[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
}
