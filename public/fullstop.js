// Chainlit sets a cookie with the session's id, for several servers behind a balancer. The app has no such route.
const fetched = window.fetch.bind(window);
window.fetch = (address, ...more) =>
  String(address?.url ?? address).endsWith('/set-session-cookie')
    ? Promise.resolve(new Response('{}', { headers: { 'content-type': 'application/json' } }))
    : fetched(address, ...more);

// What the app says to the page: each section hears its own key. It goes no further: Chainlit would send it back.
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

// What the page says to the app: Chainlit passes it on, but would do so with the words of any other page too.
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

// The person begins a new chat: Chainlit asks first. Enter anywhere in its question is a yes.
const onNewChat = (forget) => {
  const DIALOG = '#new-chat-dialog';
  document.addEventListener('click', ({ target }) => target.closest?.(`${DIALOG} #confirm`) && forget(), true);
  document.addEventListener(
    'keydown',
    ({ key, target }) => key === 'Enter' && target.closest?.(DIALOG) && forget(),
    true
  );
};

// A widget of ours in the composer of a chat that has begun. Chainlit throws its composers away, and makes new ones.
const inComposer = (widget, stays, tell = () => {}) => {
  const PATIENCE = 4; // looks, a quarter of a second apart
  let watch;
  let missed = 0;
  const hide = () => {
    clearInterval(watch);
    watch = undefined;
    widget.remove();
    tell(false);
  };
  const look = () => {
    const begun = document.querySelector('[data-step-type]');
    const composer = document.querySelector('#message-composer');
    missed = begun && composer && stays() ? 0 : missed + 1;
    if (missed > PATIENCE) hide();
    else if (begun && composer && widget.parentNode !== composer) {
      composer.append(widget);
      tell(true);
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

// A message over the app's limit is not sent: it stays in its field, and the app says why.
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

// A person with a keyboard or a mouse goes on typing; on a phone that would bring up the keyboard.
const backToInput = () => {
  if (matchMedia('(hover: hover)').matches) document.querySelector('#chat-input')?.focus();
};

// The thought folds when it is over, and opens again when it goes on, unless the person has opened or closed it.
(() => {
  const STEP = '[data-step-type="tool"]';
  const TRIGGER = 'button[aria-expanded][id^="step-"]';
  const touched = new WeakSet(); // by the person
  const over = new WeakMap(); // whether the thought, now over, was open before

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

  // A thought ends while its title shimmers, or so soon that the title never did.
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
  let wanted = null;

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

// What a person may do while the model thinks, above the composer: answer now. A hint stands before it.
(() => {
  const pill = element(
    '<div class="fullstop-pill"><span role="status" aria-live="polite"></span><button type="button"></button></div>'
  );
  const [hint, button] = pill.children;
  // A rule that asks with :has() whether the pill is there would cost a long page a quarter of a second a turn.
  const tell = (is) => document.documentElement.toggleAttribute('data-pill', is);
  const { show, hide } = inComposer(pill, () => document.querySelector('#stop-button'), tell);
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

  hear('fullstopPill', (told) => {
    const focused = pill.contains(document.activeElement);
    if (told) {
      action = told.do;
      button.textContent = told.label;
      button.title = told.tooltip;
      pill.classList.toggle('hinting', Boolean(told.hint));
      show();
    } else {
      hide();
      if (focused) backToInput();
    }
    busy(false);
    // A screen reader tells what changes in a pill that stands there already.
    const words = told?.hint ?? '';
    requestAnimationFrame(() => {
      if (hint.textContent !== words) hint.textContent = words;
    });
  });
})();

// A button under a reply: its id says how it looks and what it does.
const BUTTON = 'button[id^="fs-"]';
const act = (button) => button.id.split('-')[2];

// What the buttons under a reply do. A tooltip of Chainlit's in each of them would be drawn anew with every button.
(() => {
  const PLACE = 'button[id^="fs-text-"]'; // the version's number: words among the buttons, and nothing to press
  let tips = {};
  const name = (place) => {
    place.tabIndex = -1;
    place.setAttribute('aria-disabled', true);
    place.setAttribute('aria-label', [tips[act(place)], place.textContent].filter(Boolean).join(': '));
  };
  hear('fullstopTips', (told) => {
    tips = told;
    document.querySelectorAll(PLACE).forEach(name);
  });
  const tell = ({ target }) => {
    const button = target.closest?.(BUTTON);
    if (button && !button.title) button.title = tips[act(button)] ?? button.textContent;
  };
  document.addEventListener('mouseover', tell);
  document.addEventListener('focusin', tell);
  const still = (event) => event.target.closest?.(PLACE) && event.stopImmediatePropagation();
  document.addEventListener('click', still, true);
  let soon; // not at each of the many changes while a reply streams
  const nameThem = () => {
    soon = undefined;
    document.querySelectorAll(`${PLACE}:not([aria-disabled])`).forEach(name);
  };
  new MutationObserver(() => (soon ??= setTimeout(nameThem, 250))).observe(document.documentElement, {
    subtree: true,
    childList: true
  });
})();

// Chainlit disables a pressed button, and draws many anew: the focus goes on to the one that does the same, or to the
// input while a turn runs.
(() => {
  const PATIENCE = 100; // looks, a tenth of a second apart
  const RECEIPT = '[data-step-type="assistant_message"]';
  let watch;
  const receipts = () => [...new Set(Array.from(document.querySelectorAll(BUTTON), (each) => each.closest(RECEIPT)))];

  const follow = (button) => {
    const place = receipts().indexOf(button.closest(RECEIPT));
    let looks = 0;
    let ours = button;
    const look = () => {
      const focused = document.activeElement;
      const lost = focused === document.body;
      looks += 1;
      if (looks > PATIENCE || (lost ? document.querySelector('#stop-button') : focused !== ours)) {
        clearInterval(watch);
        if (lost) backToInput();
      } else if (lost) {
        const buttons = receipts()[place]?.querySelectorAll(BUTTON) ?? [];
        const again = Array.from(buttons).find((each) => act(each) === act(button) && !each.disabled);
        if (again) (ours = again).focus({ preventScroll: true });
      }
    };
    clearInterval(watch);
    watch = setInterval(look, 100);
  };

  document.addEventListener('click', ({ target }) => target.closest?.(BUTTON) && follow(target.closest(BUTTON)), true);
  document.addEventListener('pointerdown', () => clearInterval(watch), true);
})();

// The person writes the thought; what was typed and not saved is there when the same thought is opened again.
(() => {
  const drafts = new Map(); // by the thought's id: what was given, and what was typed
  onNewChat(() => drafts.clear());
  let sent; // by the last save; where the app cannot take it, the editor comes back by itself
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
    // Not by `value`: so undo gives the text back that was there before.
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
    if (saved || !opener?.isConnected) backToInput();
    else opener.focus();
  });
  visualViewport.addEventListener('resize', fit);
  visualViewport.addEventListener('scroll', fit);

  // Chainlit disables a pressed button for a moment: the page has forgotten it when the dialog opens.
  const pressed = (button) => {
    opener = button;
    if (act(button) === 'edit') sent = undefined;
  };
  document.addEventListener('click', ({ target }) => target.closest?.(BUTTON) && pressed(target.closest(BUTTON)), true);
})();

// How full the model's window is, along the composer's lower edge. A tap says it in words.
(() => {
  const meter = element('<div class="fullstop-meter" role="meter" aria-valuemin="0"><i></i><span></span></div>');
  const words = meter.lastElementChild;
  const { show, hide } = inComposer(meter, () => true);
  let timer;

  hear('fullstopMeter', (told) => {
    if (!told) return hide();
    const used = Math.min(told.used, told.window);
    meter.setAttribute('aria-valuenow', used);
    meter.setAttribute('aria-valuemax', told.window);
    meter.setAttribute('aria-label', told.text);
    meter.title = told.text;
    words.textContent = told.text;
    meter.style.setProperty('--used', used / told.window);
    meter.dataset.level = used >= told.window * 0.9 ? 'full' : used >= told.window * 0.75 ? 'high' : 'low';
    show();
  });

  meter.addEventListener('click', () => {
    meter.classList.add('told');
    clearTimeout(timer);
    timer = setTimeout(() => meter.classList.remove('told'), 4000);
  });
})();

// A note of the page itself, for when the app cannot be reached.
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

// The app asks which tab this is: a page that is reloaded gets the chat back that stood there. The page also says
// what it shows: an app that does not know it says so, and ends what looks as if it were running.
let away = '';
(() => {
  const KEY = 'fullstop-tab';
  let loaded = true; // since then no chat has been opened
  const RUNS = 5;
  const STEPS = 50;
  let runs = []; // the last turns, by the ids that Chainlit has for them
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
      return null; // the browser keeps nothing
    }
  };
  hear('fullstopHello', (fresh, hello) => {
    away = hello.away;
    const tab = name(fresh, hello.known) ?? fresh; // a tab that was duplicated takes a name of its own
    say('tab', { tab, loaded, ...shown() });
    loaded = false;
  });
  say('hello'); // the app may have asked before this script was there
})();

// Chainlit takes all that stands below an edited question off the page, before the app hears of the edit. So the app
// is asked first whether it knows the question; if not, it says why, and the page keeps what it shows.
(() => {
  const PATIENCE = 3000;
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
      const id = button.closest('[id^="step-"]').id.slice('step-'.length);
      clearTimeout(waiting.get(id)?.timer);
      const timer = setTimeout(() => waiting.delete(id) && note(away), PATIENCE);
      waiting.set(id, { button, timer });
      say('may_edit', { id });
    },
    true
  );
  hear('fullstopMayNotEdit', (id) => {
    clearTimeout(waiting.get(id)?.timer);
    waiting.delete(id);
  });
})();

// What is typed stays: Chainlit throws a composer away, and its text, when the first words come into an empty chat.
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
    if (field.isConnected) return keep(field); // a message that is sent leaves it empty
    const fresh = document.querySelector('#chat-input');
    if (!fresh || fresh.value) return;
    const text = typed;
    keep(null);
    if (!text.trim() || words(asked()?.textContent ?? '') === words(text)) return; // it is what was sent
    fresh.focus();
    document.execCommand('insertText', false, text);
  }).observe(document.documentElement, { subtree: true, childList: true });
})();
