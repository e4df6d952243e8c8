// Chainlit sets a cookie with the session's id, for several servers behind a balancer. The app has no such route.
const fetched = window.fetch.bind(window);
window.fetch = (address, ...more) =>
  String(address?.url ?? address).endsWith('/set-session-cookie')
    ? Promise.resolve(new Response('{}', { headers: { 'content-type': 'application/json' } }))
    : fetched(address, ...more);

// Messages from the app: each section listens for its own key. They stop here: Chainlit would send them back.
const hear = (() => {
  const listeners = new Map();
  window.addEventListener('message', (event) => {
    if (event.source !== window || typeof event.data !== 'object' || event.data === null) return;
    const key = Object.keys(event.data).find((key) => listeners.has(key));
    if (!key) return;
    event.stopImmediatePropagation();
    listeners.get(key)(event.data[key], event.data);
  });
  return (key, listener) => listeners.set(key, listener);
})();

// Messages to the app: Chainlit passes them on, but would do so with messages of any other page too.
window.addEventListener(
  'message',
  (event) => {
    if (event.source !== window && event.data?.fullstopDo !== undefined) event.stopImmediatePropagation();
  },
  true
);
const say = (name, more = {}) => window.postMessage({ fullstopDo: name, ...more }, window.location.origin);

const element = (html) => {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content.firstElementChild;
};

// Calls `forget` when the person begins a new chat. Chainlit asks first; Enter anywhere in its dialog confirms.
const onNewChat = (forget) => {
  const DIALOG = '#new-chat-dialog';
  document.addEventListener('click', ({ target }) => target.closest?.(`${DIALOG} #confirm`) && forget(), true);
  document.addEventListener(
    'keydown',
    ({ key, target }) => key === 'Enter' && target.closest?.(DIALOG) && forget(),
    true
  );
};

// Keeps our widget in the composer once the chat has messages. Chainlit removes composers and makes new ones.
const keepInComposer = (widget, stays, onChange = () => {}) => {
  const MAX_MISSES = 4; // looks, a quarter of a second apart
  let watch;
  let missed = 0;
  const hide = () => {
    clearInterval(watch);
    watch = undefined;
    widget.remove();
    onChange(false);
  };
  const look = () => {
    const begun = document.querySelector('[data-step-type]');
    const composer = document.querySelector('#message-composer');
    missed = begun && composer && stays() ? 0 : missed + 1;
    if (missed > MAX_MISSES) hide();
    else if (begun && composer && widget.parentNode !== composer) {
      composer.append(widget);
      onChange(true);
    }
  };
  const show = () => {
    missed = 0;
    watch ??= setInterval(look, 250);
    look();
  };
  onNewChat(hide);
  return { show, hide };
};

// The keys of the page. Esc stops a running turn, or closes the editor of a question; Ctrl+Enter confirms the edit.
// While text is composed, as Chinese, no key sends: Safari says so by the key's code alone.
(() => {
  const COMPOSING = 229;
  const SETTLE = 700; // milliseconds after Stop: the second tap of a finger, which no event counts
  const OPEN = 'dialog[open], [role="dialog"], [role="menu"], [role="listbox"]'; // Esc closes these
  let watch; // from Stop until Send is in its place
  let settled = 0;
  const settle = () => {
    if (document.querySelector('#stop-button')) return;
    clearInterval(watch);
    watch = undefined;
    settled = performance.now() + SETTLE;
  };

  window.addEventListener(
    'keydown',
    (event) => {
      const { key, isComposing, keyCode, target } = event;
      if (isComposing || keyCode === COMPOSING) {
        if (key === 'Enter') event.stopImmediatePropagation();
        return;
      }
      const editor = target.closest?.('#edit-chat-input');
      const step = editor?.closest('[id^="step-"]');
      if (key === 'Enter' && editor && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        step.querySelector('.confirm-edit')?.click();
      } else if (key === 'Escape' && editor) {
        step.querySelector('.confirm-edit')?.previousElementSibling.click();
        document.querySelector('#chat-input')?.focus();
      } else if (key === 'Escape' && !event.defaultPrevented && !document.querySelector(OPEN)) {
        document.querySelector('#stop-button')?.click();
      }
    },
    true
  );
  window.addEventListener(
    'click',
    (event) => {
      const isSecond = event.detail > 1 || (event.pointerType === 'touch' && (watch || performance.now() < settled));
      if (event.target.closest?.('#stop-button')) watch ??= setInterval(settle, 50);
      else if (event.target.closest?.('#chat-submit') && isSecond) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    true
  );
})();

// A message over the app's limit is not sent. It stays in its field, and the app says why.
(() => {
  let limit = Infinity; // bytes
  const FIELDS = { '#chat-input': '#chat-submit', '#edit-chat-input': '.confirm-edit' };

  hear('fullstopLimit', (bytes) => (limit = bytes));

  const bytes = (selector) => {
    const field = document.querySelector(selector);
    const text = field?.value ?? field?.innerText ?? '';
    return text.length * 3 < limit ? 0 : new TextEncoder().encode(text).length;
  };
  const refuse = (event, selector) => {
    const size = bytes(selector);
    if (size <= limit) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say('too_long', { size });
  };
  const on = (type, selects) =>
    document.addEventListener(
      type,
      (event) => {
        for (const [field, button] of Object.entries(FIELDS)) {
          if (event.target.closest?.(selects(event, field, button))) refuse(event, field);
        }
      },
      true
    );
  const NONE = 'not-an-element';
  on('click', (_, field, button) => button);
  on('keydown', ({ key, shiftKey, isComposing }, field) => (key === 'Enter' && !shiftKey && !isComposing ? field : NONE));
})();

// Returns the focus to the input, so that the person can type. Not on a phone: it would open the keyboard.
const focusInput = () => {
  if (matchMedia('(hover: hover)').matches) document.querySelector('#chat-input')?.focus();
};

// The thought folds when it is over, and opens again when it continues, unless the person has opened or closed it.
(() => {
  const STEP = '[data-step-type="tool"]';
  const TRIGGER = 'button[aria-expanded][id^="step-"]';
  const touched = new WeakSet(); // by the person
  const over = new WeakMap(); // thoughts that are over: true if they were open before

  const running = (trigger) => trigger.classList.contains('loading-shimmer');

  const follow = (trigger) => {
    const step = trigger.closest(STEP);
    if (!step || touched.has(step) || running(trigger) !== over.has(step)) return;
    const open = trigger.getAttribute('aria-expanded') === 'true';
    const wanted = running(trigger) ? over.get(step) : false;
    if (!over.delete(step)) over.set(step, open);
    if (open !== wanted) trigger.click();
  };

  document.addEventListener(
    'click',
    (event) => {
      const step = event.isTrusted && event.target.closest?.(`${STEP} ${TRIGGER}`)?.closest(STEP);
      if (step) touched.add(step);
    },
    true
  );

  // A thought ends while its title shimmers, or so early that the title never did.
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === 'attributes') {
        if (target.matches(TRIGGER)) follow(target);
      } else if (target.closest?.(STEP) && !target.closest('.message-content')) {
        for (const node of addedNodes) node.querySelectorAll?.(TRIGGER).forEach(follow);
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
  let wanted = null; // the answer whose copy button was pressed

  hear('fullstop', (ids, answer) => {
    for (const id of ids) answers.set(id, answer);
  });
  onNewChat(() => answers.clear());

  document.addEventListener(
    'click',
    ({ target }) => {
      const button = target.closest?.('[data-step-type="assistant_message"] button:not([id^="fs-"])');
      const block = button && !button.closest('.message-content') && button.closest('[id^="step-"]');
      wanted = (block && answers.get(block.id.slice('step-'.length))) || null;
    },
    true
  );

  const html = (ids) =>
    ids
      .map((id) => document.getElementById(`step-${id}`))
      .filter((block) => block && !block.querySelector('button[id^="fs-"]')) // the receipt is not the answer
      .map((block) => block.querySelector('.message-content')?.innerHTML)
      .join('');
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
hear('fullstopProfile', (name) => {
  const root = document.documentElement;
  root.dataset.profile = name;
  root.style.setProperty('--fullstop-profile', JSON.stringify(name));
});

// The button above the composer while the model thinks: answer now. A hint may stand before it.
(() => {
  const pill = element(
    '<div class="fullstop-pill"><span role="status" aria-live="polite"></span><button type="button"></button></div>'
  );
  const [hint, button] = pill.children;
  // A style rule with :has() for the pill would cost a long page a quarter of a second a turn.
  const mark = (is) => document.documentElement.toggleAttribute('data-pill', is);
  const { show, hide } = keepInComposer(pill, () => document.querySelector('#stop-button'), mark);
  let action;

  const busy = (is) => {
    button.setAttribute('aria-disabled', is); // not `disabled`: the focus would be lost
    button.setAttribute('aria-busy', is);
  };

  button.addEventListener('click', () => {
    if (button.getAttribute('aria-busy') === 'true') return;
    busy(true);
    say(action);
  });

  hear('fullstopPill', (shown) => {
    const focused = pill.contains(document.activeElement);
    if (shown) {
      action = shown.do;
      button.textContent = shown.label;
      button.title = shown.tooltip;
      pill.classList.toggle('hinting', Boolean(shown.hint));
      show();
    } else {
      hide();
      if (focused) focusInput();
    }
    busy(false);
    // A screen reader reads only what changes after the pill is on the page.
    const words = shown?.hint ?? '';
    requestAnimationFrame(() => {
      if (hint.textContent !== words) hint.textContent = words;
    });
  });
})();

// A button under a reply: its id has its look and its act.
const BUTTON = 'button[id^="fs-"]';
const act = (button) => button.id.split('-')[2];

// Tooltips of the buttons under a reply. Chainlit's own would be drawn again with every button.
(() => {
  const PLACE = 'button[id^="fs-text-"]'; // the version's number: a text among the buttons that does nothing
  let tips = {};
  const name = (place) => {
    place.tabIndex = -1;
    place.setAttribute('aria-disabled', true);
    place.setAttribute('aria-label', [tips[act(place)], place.textContent].filter(Boolean).join(': '));
  };
  hear('fullstopTips', (texts) => {
    tips = texts;
    document.querySelectorAll(PLACE).forEach(name);
  });
  const addTitle = ({ target }) => {
    const button = target.closest?.(BUTTON);
    if (button && !button.title) button.title = tips[act(button)] ?? button.textContent;
  };
  document.addEventListener('mouseover', addTitle);
  document.addEventListener('focusin', addTitle);
  const ignore = (event) => event.target.closest?.(PLACE) && event.stopImmediatePropagation();
  document.addEventListener('click', ignore, true);
  let soon; // a timer: not at each of the many changes while a reply streams
  const nameThem = () => {
    soon = undefined;
    document.querySelectorAll(`${PLACE}:not([aria-disabled])`).forEach(name);
  };
  new MutationObserver(() => (soon ??= setTimeout(nameThem, 250))).observe(document.documentElement, {
    subtree: true,
    childList: true
  });
})();

// Chainlit disables a pressed button, and draws many again. The focus moves to the button that does the same, or to
// the input while a turn runs.
(() => {
  const MAX_LOOKS = 100; // a tenth of a second apart
  const RECEIPT = '[data-step-type="assistant_message"]';
  let watch;
  const receipts = () => [...new Set(Array.from(document.querySelectorAll(BUTTON), (each) => each.closest(RECEIPT)))];

  const follow = (button) => {
    const place = receipts().indexOf(button.closest(RECEIPT));
    let looks = 0;
    let current = button;
    const look = () => {
      const focused = document.activeElement;
      const lost = focused === document.body;
      looks += 1;
      if (looks > MAX_LOOKS || (lost ? document.querySelector('#stop-button') : focused !== current)) {
        clearInterval(watch);
        if (lost) focusInput();
      } else if (lost) {
        const buttons = receipts()[place]?.querySelectorAll(BUTTON) ?? [];
        const again = Array.from(buttons).find((each) => act(each) === act(button) && !each.disabled);
        if (again) (current = again).focus({ preventScroll: true });
      }
    };
    clearInterval(watch);
    watch = setInterval(look, 100);
  };

  document.addEventListener('click', ({ target }) => target.closest?.(BUTTON) && follow(target.closest(BUTTON)), true);
  document.addEventListener('pointerdown', () => clearInterval(watch), true);
})();

// The editor for a thought. Text that was typed and not saved is there when the same thought is opened again.
(() => {
  const drafts = new Map(); // by the thought's id: the given text, and the typed one
  onNewChat(() => drafts.clear());
  let sent; // the last save; if the app rejects it, the editor opens again
  let edited;
  let opener;

  const dialog = element(
    `<dialog class="fullstop-editor" aria-labelledby="fullstop-editor-title" aria-describedby="fullstop-editor-note">
      <form method="dialog">
        <h2 id="fullstop-editor-title"></h2>
        <p id="fullstop-editor-note"></p>
        <textarea autofocus aria-labelledby="fullstop-editor-title" spellcheck="false"></textarea>
        <footer><button type="button"></button><button value="save"></button></footer>
      </form>
    </dialog>`
  );
  const form = dialog.firstElementChild;
  const [title, note, textarea, { children: buttons }] = form.children;
  const [cancel, save] = buttons;

  const fit = () => {
    dialog.style.setProperty('--top', `${visualViewport.offsetTop}px`);
    dialog.style.setProperty('--height', `${visualViewport.height}px`); // without the on-screen keyboard
  };

  const fill = (given, draft) => {
    textarea.value = given;
    if (draft === undefined) return;
    textarea.select();
    // Not by `value`: so that undo restores the previous text.
    if (!document.execCommand('insertText', false, draft)) textarea.value = draft;
  };

  const open = (edit) => {
    edited = edit;
    [title.textContent, note.textContent] = [edit.title, edit.note];
    [cancel.textContent, save.textContent] = [edit.cancel, edit.save];
    if (!dialog.isConnected) document.body.append(dialog);
    dialog.returnValue = '';
    fit();
    dialog.showModal();
    const draft = sent?.id === edit.id ? sent : drafts.get(edit.id);
    fill(edit.text, draft?.given === edit.text ? draft.text : undefined);
    textarea.setSelectionRange(textarea.value.length, textarea.value.length);
    textarea.scrollTop = textarea.scrollHeight;
  };

  hear('fullstopEdit', (edit) => {
    if (!dialog.open) open(edit);
  });

  textarea.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing) save.click();
  });
  cancel.addEventListener('click', () => dialog.close());
  form.addEventListener('submit', () => say(edited.do, { id: edited.id, text: textarea.value }));
  dialog.addEventListener('close', () => {
    const saved = dialog.returnValue === 'save';
    const text = textarea.value;
    const draft = { id: edited.id, given: edited.text, text };
    sent = saved ? draft : undefined;
    if (saved || text === edited.text) drafts.delete(edited.id);
    else drafts.set(edited.id, draft);
    if (saved || !opener?.isConnected) focusInput();
    else opener.focus();
  });
  visualViewport.addEventListener('resize', fit);
  visualViewport.addEventListener('scroll', fit);

  // Chainlit disables a pressed button for a moment, so the page no longer knows it when the dialog opens.
  const pressed = (button) => {
    opener = button;
    if (act(button) === 'edit') sent = undefined;
  };
  document.addEventListener('click', ({ target }) => target.closest?.(BUTTON) && pressed(target.closest(BUTTON)), true);
})();

// The gauge of the model's window, along the composer's lower edge. A tap shows it in words.
(() => {
  const meter = element('<div class="fullstop-meter" role="meter" aria-valuemin="0"><i></i><span></span></div>');
  const words = meter.lastElementChild;
  const { show, hide } = keepInComposer(meter, () => true);
  let timer;

  hear('fullstopMeter', (gauge) => {
    if (!gauge) return hide();
    const used = Math.min(gauge.used, gauge.window);
    meter.setAttribute('aria-valuenow', used);
    meter.setAttribute('aria-valuemax', gauge.window);
    meter.setAttribute('aria-label', gauge.text);
    meter.title = gauge.text;
    words.textContent = gauge.text;
    meter.style.setProperty('--used', used / gauge.window);
    meter.dataset.level = used >= gauge.window * 0.9 ? 'full' : used >= gauge.window * 0.75 ? 'high' : 'low';
    show();
  });

  meter.addEventListener('click', () => {
    meter.classList.add('explained');
    clearTimeout(timer);
    timer = setTimeout(() => meter.classList.remove('explained'), 4000);
  });
})();

// Shows a note of the page itself, for when the app does not answer.
const note = (() => {
  const SECONDS = 8;
  const line = element('<div class="fullstop-note" role="alert"></div>');
  let timer;
  return (words) => {
    line.textContent = words;
    document.body.append(line);
    clearTimeout(timer);
    timer = setTimeout(() => line.remove(), SECONDS * 1000);
  };
})();

// The app wants to know which tab this is, so that a page that is reloaded gets its chat back. The page also says what
// it shows: an app that does not know it shows a line, and ends what looks as if it were running.
let away = ''; // the note for an app that does not answer
(() => {
  const KEY = 'fullstop-tab';
  let loaded = true; // no chat has been opened since the page was loaded
  const RUNS = 5;
  const STEPS = 50;
  let runs = []; // Chainlit's ids of the last turns
  hear('fullstopRun', (id) => (runs = [...runs, id].slice(-RUNS)));
  onNewChat(() => (runs = []));

  const id = (step) => step.querySelector('[id^="step-"]')?.id.slice('step-'.length) ?? '';
  const title = (step) => step.querySelector('button[id^="step-"], p[id^="step-"]')?.textContent ?? '';
  const isAsked = (step) => step.dataset.stepType === 'user_message';
  const shown = () => {
    const steps = [...document.querySelectorAll('[data-step-type]')];
    const last = steps.filter((step) => !isAsked(step)).slice(-STEPS);
    const streaming = (step) => step.querySelector('.loading-cursor') !== null;
    return {
      asked: steps.filter(isAsked).map(id),
      steps: last.map((step) => ({ id: id(step), title: title(step), streaming: streaming(step) })),
      runs
    };
  };
  const name = (fresh, known) => {
    try {
      const tab = (known && sessionStorage.getItem(KEY)) || fresh;
      sessionStorage.setItem(KEY, tab);
      return tab;
    } catch {
      return null; // the browser stores nothing
    }
  };
  hear('fullstopHello', (fresh, hello) => {
    away = hello.away;
    const tab = name(fresh, hello.known) ?? fresh; // a duplicated tab gets a name of its own
    say('tab', { tab, loaded, ...shown() });
    loaded = false;
  });
  say('hello'); // the app may have sent its hello before this script was loaded
})();

// Chainlit takes all that is below an edited question off the page before the app hears of the edit. So the page first
// checks that the app knows the question and that the new text is one. If not, the app says why, and the page keeps
// what it shows, the open editor too.
(() => {
  const PATIENCE = 3000; // milliseconds
  const waiting = new Map(); // by the question's id: the button, and the timer
  let allowed;
  hear('fullstopMayEdit', (id) => {
    const { button, timer } = waiting.get(id) ?? {};
    if (!button) return;
    clearTimeout(timer);
    waiting.delete(id);
    allowed = button;
    button.click();
    allowed = undefined;
  });
  document.addEventListener(
    'click',
    (event) => {
      const button = event.target.closest?.('.confirm-edit');
      if (!button || button === allowed) return;
      event.stopImmediatePropagation();
      event.preventDefault();
      const step = button.closest('[id^="step-"]');
      const id = step.id.slice('step-'.length);
      clearTimeout(waiting.get(id)?.timer);
      const timer = setTimeout(() => waiting.delete(id) && note(away), PATIENCE);
      waiting.set(id, { button, timer });
      say('may_edit', { id, text: step.querySelector('#edit-chat-input').value });
    },
    true
  );
  hear('fullstopMayNotEdit', (id) => {
    clearTimeout(waiting.get(id)?.timer);
    waiting.delete(id);
  });
})();

// Typed text stays. Chainlit removes a composer with its text when the first message comes into an empty chat.
(() => {
  let typed = '';
  let field = null;
  const words = (text) => text.split(/\s+/).join(' ').trim();
  const asked = () => [...document.querySelectorAll('[data-step-type="user_message"] .message-content')].at(-1);
  const keep = (now) => ([field, typed] = [now, now?.value ?? '']);

  document.addEventListener('input', ({ target }) => target.id === 'chat-input' && keep(target));
  onNewChat(() => keep(null));
  new MutationObserver(() => {
    if (!field) return;
    if (field.isConnected) return keep(field); // a message that was sent leaves it empty
    const fresh = document.querySelector('#chat-input');
    if (!fresh || fresh.value) return;
    const text = typed;
    keep(null);
    if (!text.trim() || words(asked()?.textContent ?? '') === words(text)) return; // that text was sent
    fresh.focus();
    document.execCommand('insertText', false, text);
  }).observe(document.documentElement, { subtree: true, childList: true });
})();

// Accessibility: names for Chainlit's controls that have none, landmarks, the page's language, a link past the chat.
(() => {
  const CONTROLS = {
    new_chat: '#new-chat-button',
    profile: '#chat-profiles',
    settings: '#chat-settings-open-modal',
    send: '#chat-submit',
    stop: '#stop-button',
    edit: '.edit-message',
    edit_field: '#edit-chat-input',
    field: '#chat-input',
    theme: '#theme-toggle',
    copy_code: '.message-content .bg-card button',
    copy: '[data-step-type] .message-content + div button:not([id])',
    modes: '[id^="mode-picker-popover-"]',
    close: '[role="dialog"] > button:has(> .sr-only)',
    down: '.overflow-y-auto > .absolute.bottom-4 button'
  };
  const SCROLLS = '.message-content :is(pre code, .katex-display)';
  let names = {};
  const title = element('<h1 class="sr-only">Fullstop</h1>');
  const skip = element('<a class="fullstop-skip" href="#chat-input"></a>');
  skip.addEventListener('click', (event) => {
    event.preventDefault();
    document.querySelector('#chat-input')?.focus();
  });

  const set = (found, attribute, value) => {
    if (found && value && found.getAttribute(attribute) !== value) found.setAttribute(attribute, value);
  };
  const look = () => {
    soon = undefined;
    for (const [control, selector] of Object.entries(CONTROLS)) {
      document.querySelectorAll(selector).forEach((found) => set(found, 'aria-label', names[control]));
    }
    const header = document.querySelector('#header');
    set(header, 'role', 'banner');
    set(header?.nextElementSibling, 'role', 'main');
    if (header && title.parentNode !== header) header.append(title);
    document.querySelectorAll(`${SCROLLS}:not([tabindex])`).forEach((block) => {
      if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
    });
  };
  let soon; // a timer: not at each of the many changes while a reply streams
  hear('fullstopNames', (given, { language }) => {
    names = given;
    document.documentElement.lang = language;
    skip.textContent = names.skip;
    document.body.prepend(skip);
    look();
  });
  new MutationObserver(() => (soon ??= setTimeout(look, 100))).observe(document.documentElement, {
    subtree: true,
    childList: true
  });
})();
