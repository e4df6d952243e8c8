// The thought folds when it is over, unless the person has opened or closed it.
(() => {
  const STEP = '[data-step-type="tool"]';
  const TRIGGER = 'button[aria-expanded][id^="step-"]';
  const settled = new WeakSet(); // steps that the person has touched, or that have folded once

  const running = (trigger) => trigger.classList.contains('loading-shimmer');

  const fold = (trigger) => {
    const step = trigger.closest(STEP);
    if (!step || settled.has(step) || running(trigger)) return;
    settled.add(step);
    if (trigger.getAttribute('aria-expanded') === 'true') trigger.click();
  };

  document.addEventListener(
    'click',
    (event) => {
      const step = event.isTrusted && event.target.closest?.(`${STEP} ${TRIGGER}`)?.closest(STEP);
      if (step) settled.add(step);
    },
    true
  );

  // A thought ends while its title shimmers, or so soon that the title never did.
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === 'attributes') {
        if (target.matches(TRIGGER)) fold(target);
      } else if (target.closest?.(STEP) && !target.closest('.message-content')) {
        for (const node of addedNodes) node.querySelectorAll?.(TRIGGER).forEach(fold);
      }
    }
  }).observe(document.documentElement, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['class']
  });
})();

// The copy button copies the whole answer as the model wrote it: the page's messages hold parts of it, escaped.
(() => {
  const answers = new Map(); // by the id of each block: all ids, and the text
  let wanted = null;

  window.addEventListener('message', ({ source, data }) => {
    if (source === window && Array.isArray(data?.fullstop)) {
      for (const id of data.fullstop) answers.set(id, data);
    }
  });

  document.addEventListener(
    'click',
    ({ target }) => {
      const button = target.closest?.('[data-step-type="assistant_message"] button');
      const block = button && !button.closest('.message-content') && button.closest('[id^="step-"]');
      wanted = (block && answers.get(block.id.slice('step-'.length))) || null;
    },
    true
  );

  const html = (ids) => ids.map((id) => document.querySelector(`#step-${id} .message-content`)?.innerHTML).join('');
  const item = (type, text) => ({ [type]: new Blob([text], { type }) });
  const write = navigator.clipboard?.write?.bind(navigator.clipboard);
  if (write) {
    navigator.clipboard.write = (items) => {
      const answer = wanted;
      wanted = null;
      if (!answer) return write(items);
      return write([
        new ClipboardItem({ ...item('text/plain', answer.text), ...item('text/html', html(answer.fullstop)) })
      ]);
    };
  }
})();

// The header names the profile that answers: Chainlit's picker there knows only the one that the chat began with.
(() => {
  window.addEventListener('message', ({ source, data }) => {
    if (source !== window || typeof data?.fullstopProfile !== 'string') return;
    const root = document.documentElement;
    root.dataset.profile = data.fullstopProfile;
    root.style.setProperty('--fullstop-profile', JSON.stringify(data.fullstopProfile));
  });
})();
