// The thought folds when it is over, unless the person has opened or closed it.
(() => {
  const STEP = '[data-step-type="tool"]';
  const touched = new WeakSet();

  document.addEventListener(
    'click',
    (event) => {
      const step = event.isTrusted && event.target.closest?.(`${STEP} button[aria-expanded]`)?.closest(STEP);
      if (step) touched.add(step);
    },
    true
  );

  new MutationObserver((changes) => {
    for (const { target, oldValue } of changes) {
      const over = oldValue?.includes('loading-shimmer') && !target.classList.contains('loading-shimmer');
      const open = over && target.getAttribute('aria-expanded') === 'true';
      if (open && !touched.has(target.closest(STEP))) target.click();
    }
  }).observe(document.documentElement, {
    subtree: true,
    attributes: true,
    attributeFilter: ['class'],
    attributeOldValue: true
  });
})();
