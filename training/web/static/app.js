// Small conveniences; every page works without them. No eval and no inline handlers: the policy is script-src 'self'.
"use strict";

const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (event, answer) => document.addEventListener(event, answer);
const page = document.documentElement;
const csrfToken = find("meta[name=csrf-token]")?.content ?? "";
const YEAR = 31536000;

page.classList.add("js");

// A page that answers a form has no address of its own: Back and reload lead to the page the form was on.
if ("answers" in page.dataset && document.referrer.startsWith(`${window.location.origin}/`))
  window.history.replaceState(null, "", document.referrer);

function isTyping(event) {
  return event.target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea");
}

// Every request of htmx proves that it comes from this page.
on("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRF-Token"] = csrfToken;
});

// Appearance: kept in a cookie, so that the server renders the next page in it and nothing flashes.
function setTheme(theme) {
  const media = { dark: "screen", light: "not all", auto: "screen and (prefers-color-scheme: dark)" };
  page.dataset.theme = theme;
  find("#dark").media = media[theme];
  document.cookie = `theme=${theme};path=/;max-age=${YEAR};samesite=lax`;
  findAll("[data-set-theme]").forEach((choice) => {
    choice.toggleAttribute("aria-current", choice.dataset.setTheme === theme);
    if (choice.dataset.setTheme === theme) choice.setAttribute("aria-current", "true");
  });
}

function closeMenus(exceptAround) {
  findAll("details.menu[open]").forEach((menu) => {
    if (!exceptAround || !menu.contains(exceptAround)) menu.open = false;
  });
}

// Dialogs. What opens one is a link to a page that does the same, so it works without scripts.
function openDialog(dialog) {
  const chosen = findAll("[data-row-tick]:checked").length;
  findAll("[data-chosen-count]", dialog).forEach((place) => { place.textContent = chosen || place.textContent; });
  dialog.showModal();
}

on("click", (event) => {
  const target = event.target;

  const theme = target.closest("[data-set-theme]");
  if (theme) {
    event.preventDefault();
    setTheme(theme.dataset.setTheme);
  }
  closeMenus(theme ? null : target);

  const opener = target.closest("[data-open]");
  const dialog = opener && find(opener.dataset.open);
  if (dialog && !dialog.open) {
    event.preventDefault();
    openDialog(dialog);
  }
  if (target.closest("[data-close]")) {
    event.preventDefault();
    target.closest("dialog")?.close();
    target.closest(".toast")?.remove();
  }
  if (target.matches("dialog[open]")) target.close(); // the backdrop

  const filters = target.closest("[data-filters]");
  if (filters) filters.setAttribute("aria-expanded", filters.parentElement.toggleAttribute("data-shown"));
  if (target.closest("[data-print]")) window.print();
});

on("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = find("details.menu[open]");
    closeMenus(null);
    if (menu) find("summary", menu).focus();
  }
  const palette = find("#palette");
  const asked = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !isTyping(event));
  if (asked && palette && !palette.open) {
    event.preventDefault();
    palette.showModal();
    find("input", palette).select();
  }
});

// The server says when a dialog is done, with the response header HX-Trigger: dialog-done.
on("dialog-done", () => findAll("dialog[open]").forEach((dialog) => dialog.close()));

// Palette: arrows and Enter; the results come from the server.
find("#palette")?.addEventListener("keydown", (event) => {
  const results = findAll("#palette [role=option]");
  const at = results.findIndex((result) => result.getAttribute("aria-selected") === "true");
  if (event.key === "Enter" && results.length) {
    event.preventDefault();
    results[Math.max(at, 0)].click();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  if (!results.length) return;
  const next = (at + (event.key === "ArrowDown" ? 1 : -1) + results.length) % results.length;
  results.forEach((result, index) => result.setAttribute("aria-selected", index === next));
  results[next].scrollIntoView({ block: "nearest" });
  find("#palette input").setAttribute("aria-activedescendant", results[next].id);
});

// Ticked rows: the bulk bar shows how many; Shift ticks a range; j, k and x work as they do on GitHub.
let lastTicked = null;
const ticks = () => findAll("[data-row-tick]");

function showTicked() {
  const all = ticks();
  const ticked = all.filter((tick) => tick.checked);
  all.forEach((tick) => tick.closest("tr").setAttribute("aria-selected", tick.checked));
  const head = find("[data-tick-all]");
  if (head) {
    head.checked = ticked.length > 0 && ticked.length === all.length;
    head.indeterminate = ticked.length > 0 && !head.checked;
  }
  const bulk = find("[data-bulk]");
  if (!bulk) return;
  bulk.toggleAttribute("data-none", ticked.length === 0);
  const every = find("[data-bulk-every]", bulk);
  find("[data-bulk-count]", bulk).textContent = every && every.checked ? every.dataset.bulkEvery : ticked.length;
}

function tickAll(checked) {
  ticks().forEach((tick) => { tick.checked = checked; });
  showTicked();
}

on("click", (event) => {
  if (event.target.closest("[data-bulk-clear]")) tickAll(false);
  const tick = event.target.closest("[data-row-tick]");
  if (!tick) return;
  const all = ticks();
  if (event.shiftKey && all.includes(lastTicked)) {
    const [first, last] = [all.indexOf(lastTicked), all.indexOf(tick)].sort((one, other) => one - other);
    all.slice(first, last + 1).forEach((between) => { between.checked = tick.checked; });
  }
  lastTicked = tick;
  showTicked();
});

on("change", (event) => {
  if (event.target.matches("[data-tick-all]")) tickAll(event.target.checked);
  if (event.target.matches("[data-bulk-every]")) tickAll(event.target.checked);
});

on("keydown", (event) => {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
  const all = ticks();
  const at = all.indexOf(document.activeElement);
  if (event.key === "x") all[at]?.click();
  if (event.key === "j") all[Math.min(at + 1, all.length - 1)]?.focus();
  if (event.key === "k") all[Math.max(at - 1, 0)]?.focus();
});

on("htmx:after:swap", showTicked);

// Choices with a number each: what is chosen adds up in the line that `data-sum` names.
function showSum(choices) {
  const line = find(choices.dataset.sum);
  const numbers = findAll("input:checked", choices).map((input) => Number(input.dataset.number));
  line.hidden = false;
  find("output", line).textContent = numbers.reduce((sum, number) => sum + number, 0);
}

on("change", (event) => {
  const choices = event.target.closest("[data-sum]");
  if (choices) showSum(choices);
});

// Score sheets: Enter and the arrows move within a column; leaving a field is what saves it.
on("keydown", (event) => {
  const steps = { Enter: 1, ArrowDown: 1, ArrowUp: -1 };
  if (!event.target.matches("[data-column]") || !(event.key in steps) || event.isComposing) return;
  event.preventDefault();
  const column = findAll(`[data-column="${event.target.dataset.column}"]`);
  const next = column[column.indexOf(event.target) + steps[event.key]];
  if (next) {
    next.focus();
    next.select();
  } else event.target.blur();
});

// No answer, or an error of the server: it is said, and what was typed into a score sheet is sent again by itself.
let resending = 0;

const unsaved = () => findAll("[data-unsaved]");

function lost({ detail: { ctx } }) {
  if (!ctx || ctx.response?.status < 500 || !find("#lost")) return;
  if (ctx.sourceElement.matches("[data-column]")) ctx.sourceElement.toggleAttribute("data-unsaved", true);
  if (!find("#toasts [data-lost]")) {
    find("#toasts").append((find("#lost-marks") ?? find("#lost")).content.cloneNode(true));
    find("#toasts").lastElementChild.dataset.lost = "";
  }
  window.clearTimeout(resending);
  if (unsaved().length) resending = window.setTimeout(resend, 5000);
}

function resend() {
  const waiting = unsaved();
  waiting.filter((field) => field !== document.activeElement).forEach((field) => window.htmx.trigger(field, "change"));
  if (waiting.includes(document.activeElement)) resending = window.setTimeout(resend, 5000);
}

on("htmx:error", lost);
on("htmx:response:error", lost);
on("htmx:after:swap", () => {
  if (unsaved().length) resend();
  else find("#toasts [data-lost]")?.remove();
});
window.addEventListener("online", resend);
window.addEventListener("beforeunload", (event) => {
  if (unsaved().length) event.preventDefault();
});

// A browser shows a date in its own language; the weekday under the field is in the page's.
on("change", (event) => {
  const hint = event.target.dataset.weekday && document.getElementById(event.target.dataset.weekday);
  if (!hint) return;
  const day = event.target.valueAsDate;
  const weekday = new Intl.DateTimeFormat(page.lang, { weekday: "short", timeZone: "UTC" });
  find("[data-weekday-text]", hint).textContent = day ? weekday.format(day) : "";
});

// A table as a CSV file, for what is shown only once and cannot be asked for again. A cell that a spreadsheet would
// run as a formula is led by an apostrophe; the mark in front tells Excel that the file is UTF-8.
function asCsv(table) {
  const guarded = (text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
  const quoted = (cell) => `"${guarded(cell.innerText.trim()).replaceAll('"', '""')}"`;
  return `\ufeff${[...table.rows].map((row) => [...row.cells].map(quoted).join(",")).join("\r\n")}\r\n`;
}

on("click", (event) => {
  const button = event.target.closest("[data-save-table]");
  if (!button) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([asCsv(find(button.dataset.saveTable))], { type: "text/csv" }));
  link.download = button.dataset.fileName;
  link.click();
  URL.revokeObjectURL(link.href);
});

// Uploads with a progress bar: fetch cannot report it, XMLHttpRequest can.
on("submit", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form) return;
  event.preventDefault();
  const bar = find("progress", form);
  const failed = find("[data-upload-failed]", form);
  const large = find("[data-upload-large]", form);
  const size = find("[data-file]", form).files[0]?.size ?? 0;
  const tooLarge = Boolean(large) && size > Number(form.dataset.most || Infinity);
  if (large) large.hidden = !tooLarge;
  failed.hidden = true;
  if (tooLarge || !bar.hidden) return; // a second press while the first is on its way
  const request = new XMLHttpRequest();
  bar.hidden = false;
  request.upload.onprogress = (sent) => {
    if (!sent.lengthComputable) return;
    bar.max = sent.total;
    bar.value = sent.loaded;
  };
  request.onload = () => {
    const moved = request.getResponseHeader("HX-Redirect");
    if (moved) window.location.assign(moved);
    else if (request.responseURL && new URL(request.responseURL).pathname !== new URL(form.action).pathname)
      window.location.assign(request.responseURL);
    else if (request.status === 422) {
      find(form.dataset.upload).outerHTML = request.responseText;
      const slot = find(form.dataset.upload);
      window.htmx?.process(slot);
      find("[data-focus]", slot)?.focus();
    } else request.onerror();
  };
  request.onerror = () => {
    bar.hidden = true;
    failed.hidden = false;
  };
  request.open("POST", form.action);
  request.setRequestHeader("X-CSRF-Token", csrfToken);
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("HX-Target", form.dataset.upload);
  request.send(new FormData(form));
});

on("change", (event) => {
  if (!event.target.matches("[data-file]")) return;
  const label = find("[data-file-name]", event.target.form);
  label.textContent = event.target.files[0]?.name || label.textContent;
});

["dragover", "dragleave", "drop"].forEach((name) => on(name, (event) => {
  const form = event.target.closest?.("form.drop");
  if (!form) return;
  event.preventDefault();
  form.classList.toggle("over", name === "dragover");
  if (name !== "drop") return;
  const file = find("[data-file]", form);
  file.files = event.dataTransfer.files;
  file.dispatchEvent(new Event("change", { bubbles: true }));
}));

find("[data-focus]")?.focus();
findAll("[data-sum]").forEach(showSum);
showTicked();
