import { computed, reactive, shallowReactive, watch } from "./vue.js";
import { newIdempotencyKey, post, send } from "./http.js";
import { session } from "./session.js";

// The draft of a request. It survives page changes, so that looking at a task loses nothing.

export const MODES = ["url", "directory", "push"];
/** Further types of refreshes, which are needed less often. */
export const OTHER_MODES = ["ignore-query", "prefix", "regex", "host", "tag", "everything"];
/** Delay after the last keystroke before a check, in milliseconds. */
const PAUSE = 300;
/** A draft with more entries than this multiple of the limit is not checked: the gateway would refuse it as too large. */
const FAR_TOO_MANY = 5;

const NEW = {
  text: "",
  domain: "",
  soft: false,
  thenPush: false,
  thenPushTier: "",
  thenPushText: "",
  tier: "",
  startAt: "",
  headers: [],
  children: false,
  showsMore: false,
  redirects: false,
  limits: { requestsInFlight: "", requestsPerSecond: "", bytesPerSecond: "" },
  tiers: [],
  region: "",
  nodes: "",
};

export const draft = reactive({ mode: "url", ...structuredClone(NEW) });

/** Non-empty lines with their positions. */
export const entries = computed(() =>
  draft.text
    .split("\n")
    .map((line, index) => ({ line: index, text: line.trim() }))
    .filter(entry => entry.text),
);

/** Whether the lines are URLs themselves, so that a push can follow without naming any. */
export const namesUrls = computed(() => ["url", "ignore-query", "push"].includes(draft.mode));

/** Whether the request refreshes within one or all of the account's domains. */
export const isWithinDomains = computed(() => ["tag", "everything"].includes(draft.mode));

/** Whether the request has no lines: it refreshes all of its domains. */
export const isEverything = computed(() => draft.mode === "everything");

/** URLs that the push after a refresh names: those of directories, for example, are not known. */
export const pushedUrls = computed(() =>
  !namesUrls.value && draft.thenPush
    ? draft.thenPushText
        .split("\n")
        .map(line => line.trim())
        .filter(Boolean)
    : [],
);

/** The chosen tiers in the order of the fleet: parents first, as the gateway wants them. */
export const chosenTiers = computed(() =>
  (session.account?.tiers ?? []).filter(name => draft.tiers.includes(name)),
);

/** Ids of the nodes that the push names. */
export const namedNodes = computed(() => draft.nodes.split(/[\s,]+/).filter(Boolean));

/** Whether the push goes to one tier: several tiers and named nodes exclude it. */
export const isOneTier = computed(() => chosenTiers.value.length === 0 && namedNodes.value.length === 0);

export const lineCount = computed(() => draft.text.split("\n").length);

export const limit = computed(() => {
  const limits = session.account.limits;
  if (draft.mode === "push") return limits.pushes;
  if (draft.mode === "tag") return limits.tags;
  if (!namesUrls.value) return limits.directories;
  return draft.thenPush ? Math.min(limits.urls, limits.pushes) : limits.urls;
});

const path = computed(() => (draft.mode === "push" ? "/v1/pushes" : "/v1/refreshes"));

function body(objects) {
  if (draft.mode === "push") {
    return {
      objects,
      ...(draft.tier && isOneTier.value && { tier: draft.tier }),
      ...(draft.startAt && { startAt: new Date(draft.startAt).toISOString() }),
      headers: headers(),
      children: draft.children,
      ...moreOptions(),
    };
  }
  return {
    type: draft.mode,
    ...(!isEverything.value && { objects }),
    ...(isWithinDomains.value && draft.domain && { domain: draft.domain }),
    soft: draft.soft,
    ...(draft.thenPush && { thenPush: thenPush() }),
  };
}

/** Options of a push that are set, of those that the form folds away. */
export function moreOptions() {
  const limits = Object.entries(draft.limits).filter(([, text]) => text.trim());
  const region = draft.region.trim();
  return {
    ...(draft.redirects && { redirects: "follow" }),
    ...(limits.length && { limits: Object.fromEntries(limits.map(([name, text]) => [name, wholeNumber(text.trim())])) }),
    ...(chosenTiers.value.length && { tiers: chosenTiers.value }),
    ...(region && { region }),
    ...(namedNodes.value.length && { nodes: namedNodes.value }),
  };
}

/** Another text stays as it is: the gateway says what is wrong with it. */
function wholeNumber(text) {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function thenPush() {
  return {
    ...(draft.thenPushTier && { tier: draft.thenPushTier }),
    ...(!namesUrls.value && { objects: pushedUrls.value }),
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

/** The gateway's check of the draft. state: empty, checking, checked, failed or far (too many entries to check). */
export const check = shallowReactive({ state: "empty", result: null, problem: null });

/** Check results by text while the rules stay the same, so that marks stay at their lines during editing. */
const verdicts = shallowReactive(new Map());
let running = null;
let timer = 0;

const asked = computed(() => JSON.stringify([path.value, body(entries.value.map(entry => entry.text))]));

watch(
  () => [draft.mode, draft.domain],
  () => verdicts.clear(),
);
watch(asked, soon);

function soon() {
  clearTimeout(timer);
  running?.abort();
  check.problem = null;
  if (entries.value.length === 0 && !isEverything.value) return Object.assign(check, { state: "empty", result: null });
  if (!isEverything.value && entries.value.length > FAR_TOO_MANY * limit.value) return Object.assign(check, { state: "far", result: null });
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
    if (!isEverything.value) result.entries.forEach((entry, index) => verdicts.set(texts[index], entry));
    Object.assign(check, { state: "checked", result, problem: null });
  } catch (problem) {
    if (problem.name !== "AbortError") Object.assign(check, { state: "failed", result: null, problem });
  }
}

/** Invalid URLs of the push that follows, in the order of their lines: text and reason. */
export const pushFaults = computed(() =>
  (check.result?.pushEntries ?? [])
    .map((entry, index) => ({ text: pushedUrls.value[index], reason: entry.error }))
    .filter(fault => fault.text && fault.reason),
);

/**
 * Reasons for which the gateway refuses an option.
 *
 * @param {string} pointer JSON pointer to the option, such as "/nodes"
 * @param {string[]} entries what the option lists; the reason names the entry that it is about
 */
export function optionFaults(pointer, entries = []) {
  return (check.problem?.document.errors ?? [])
    .filter(error => error.pointer === pointer || error.pointer?.startsWith(`${pointer}/`))
    .map(error => [entries[error.pointer.slice(pointer.length + 1)], error.detail].filter(Boolean).join(" "));
}

/** Per line: why it is invalid, or which line it duplicates. */
export const notes = computed(() => {
  const found = new Map();
  const first = new Map();
  for (const { line, text } of entries.value) {
    const verdict = verdicts.get(text);
    if (verdict?.error) found.set(line, { kind: "wrong", reason: verdict.error });
    else if (verdict && first.has(verdict.object)) found.set(line, { kind: "same", as: first.get(verdict.object) });
    else if (verdict) first.set(verdict.object, line);
  }
  return found;
});

export function removeLines(kind) {
  draft.text = draft.text
    .split("\n")
    .filter((_, line) => notes.value.get(line)?.kind !== kind)
    .join("\n");
}

/** Appends below the existing lines. */
export function append(text) {
  const lines = text
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .trimEnd();
  draft.text = draft.text.trim() ? `${draft.text.trimEnd()}\n${lines}` : lines;
}

// An unchanged draft keeps its idempotency key, so it can be sent again when its arrival is unknown.
let key = newIdempotencyKey();
watch(asked, () => (key = newIdempotencyKey()));

/** Submits the draft and starts a new one. @returns the accepted tasks, and whether they were accepted before */
export async function submit() {
  const answer = await send("POST", path.value, {
    body: body(entries.value.map(entry => entry.text)),
    headers: { "Idempotency-Key": key },
  });
  key = newIdempotencyKey();
  draft.text = "";
  draft.thenPushText = "";
  draft.startAt = "";
  return { tasks: (await answer.json()).tasks, isReplay: answer.headers.has("Idempotency-Replayed") };
}

// A new account starts with an empty draft.
watch(
  () => session.account?.id,
  () => {
    Object.assign(draft, { mode: "url", ...structuredClone(NEW) });
    verdicts.clear();
  },
);
