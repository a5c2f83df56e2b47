import { computed, reactive, shallowReactive, watch } from "./vue.js";
import { newIdempotencyKey, post } from "./http.js";
import { session } from "./session.js";

// What the user is about to ask for. It outlives the page, so that a look at a task loses nothing.

export const MODES = ["url", "directory", "push"];
/** In which further typing is waited for. */
const PAUSE = 300;
/** A text with more entries than so many times the limit is not sent to be checked: it would only be refused as too large. */
const FAR_TOO_MANY = 5;

const NEW = { text: "", soft: false, thenPush: false, thenPushTier: "", tier: "", headers: [] };

export const draft = reactive({ mode: "url", ...structuredClone(NEW) });

/** The lines with something in them, and where they stand. */
export const entries = computed(() => draft.text.split("\n")
  .map((line, index) => ({ line: index, text: line.trim() }))
  .filter(entry => entry.text));

export const lineCount = computed(() => draft.text.split("\n").length);

export const limit = computed(() => {
  const limits = session.account.limits;
  if (draft.mode === "directory") return limits.directories;
  if (draft.mode === "push") return limits.pushes;
  return draft.thenPush ? Math.min(limits.urls, limits.pushes) : limits.urls;
});

const path = computed(() => (draft.mode === "push" ? "/v1/pushes" : "/v1/refreshes"));

function body(objects) {
  if (draft.mode === "push") {
    return { objects, ...(draft.tier && { tier: draft.tier }), headers: headers() };
  }
  return {
    type: draft.mode, objects, soft: draft.soft,
    ...(draft.mode === "url" && draft.thenPush && { thenPush: draft.thenPushTier ? { tier: draft.thenPushTier } : {} }),
  };
}

/** Values of the same name are variants. */
function headers() {
  const all = {};
  for (const { name, value } of draft.headers) {
    if (value.trim()) (all[name] ??= []).push(value.trim());
  }
  return all;
}

/** What the gateway says of the draft. state: empty, checking, checked, failed or far (far too many to ask). */
export const check = shallowReactive({ state: "empty", result: null, problem: null });

/** What it said of each text, as long as the rules are the same: so that marks stay with their lines while others are edited. */
const verdicts = shallowReactive(new Map());
let running = null;
let timer = 0;

const asked = computed(() => JSON.stringify([path.value, body(entries.value.map(entry => entry.text))]));

watch(() => draft.mode, () => verdicts.clear());
watch(asked, soon);

function soon() {
  clearTimeout(timer);
  running?.abort();
  check.problem = null;
  if (entries.value.length === 0) return Object.assign(check, { state: "empty", result: null });
  if (entries.value.length > FAR_TOO_MANY * limit.value) return Object.assign(check, { state: "far", result: null });
  check.state = "checking";
  timer = setTimeout(checkNow, PAUSE);
}

export async function checkNow() {
  clearTimeout(timer);
  running?.abort();
  const mine = (running = new AbortController());
  const texts = entries.value.map(entry => entry.text);
  try {
    const result = await post(`${path.value}/check`, body(texts), { signal: mine.signal });
    result.entries.forEach((entry, index) => verdicts.set(texts[index], entry));
    Object.assign(check, { state: "checked", result, problem: null });
  } catch (problem) {
    if (problem.name !== "AbortError") Object.assign(check, { state: "failed", result: null, problem });
  }
}

/** By line: why it is wrong, or which line it repeats. */
export const notes = computed(() => {
  const found = new Map();
  const first = new Map();
  for (const { line, text } of entries.value) {
    const verdict = verdicts.get(text);
    if (verdict?.fault) found.set(line, { kind: "wrong", reason: verdict.fault });
    else if (verdict && first.has(verdict.object)) found.set(line, { kind: "same", as: first.get(verdict.object) });
    else if (verdict) first.set(verdict.object, line);
  }
  return found;
});

export function removeLines(kind) {
  draft.text = draft.text.split("\n").filter((_, line) => notes.value.get(line)?.kind !== kind).join("\n");
}

/** Below what is there already. */
export function append(text) {
  const lines = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n").trimEnd();
  draft.text = draft.text.trim() ? `${draft.text.trimEnd()}\n${lines}` : lines;
}

// The same draft is the same request, however often it is sent: so it may be sent again when nobody knows whether it has arrived.
let key = newIdempotencyKey();
watch(asked, () => (key = newIdempotencyKey()));

/** Asks for it, and begins anew. @returns the accepted tasks */
export async function submit() {
  const accepted = await post(path.value, body(entries.value.map(entry => entry.text)), {
    headers: { "Idempotency-Key": key },
  });
  key = newIdempotencyKey();
  draft.text = "";
  return accepted.tasks;
}

// Nobody finds the draft of another.
watch(() => session.account?.id, () => {
  Object.assign(draft, { mode: "url", ...structuredClone(NEW) });
  verdicts.clear();
});
