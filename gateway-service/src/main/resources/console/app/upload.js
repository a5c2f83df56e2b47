import { shallowReactive } from "./vue.js";
import { newIdempotencyKey, Problem, queryString } from "./http.js";
import { expire, session } from "./session.js";
import { texts } from "./texts.js";

// The upload of a batch. It goes on while other pages are shown. fetch() tells no progress of a request's body.

/** state: idle, sending, received or failed. */
export const upload = shallowReactive({ state: "idle", name: "", loaded: 0, total: 0, batch: null, problem: null });

let request = null;
/** Repeated uploads of the same file with the same options have the same key, so that they are charged once. */
let last = { of: null, key: null };

function keyOf(file, query) {
  const of = [file.name, file.size, file.lastModified, query].join("\n");
  if (last.of !== of) last = { of, key: newIdempotencyKey() };
  return last.key;
}

/** Uploads a file. @param options query parameters; those without a value are left out */
export function send(file, options) {
  const query = queryString(Object.fromEntries(Object.entries(options).filter(([, value]) => value)));
  Object.assign(upload, {
    state: "sending",
    name: file.name,
    loaded: 0,
    total: file.size,
    batch: null,
    problem: null,
  });
  request = new XMLHttpRequest();
  request.open("POST", `/v1/batches?${query}`);
  request.setRequestHeader("Authorization", `Bearer ${session.token}`);
  request.setRequestHeader("Idempotency-Key", keyOf(file, query));
  request.setRequestHeader("Content-Type", isJson(file) ? "application/x-ndjson" : "text/plain;charset=utf-8");
  if (isGzip(file)) request.setRequestHeader("Content-Encoding", "gzip");
  request.upload.addEventListener("progress", event => Object.assign(upload, { loaded: event.loaded }));
  request.addEventListener("load", answered);
  request.addEventListener("error", () => fail(new Problem(0, { detail: texts.problem.unreachable })));
  request.addEventListener("abort", () => Object.assign(upload, { state: "idle" }));
  request.send(file);
}

function isGzip(file) {
  return file.name.endsWith(".gz");
}

function isJson(file) {
  return /\.(ndjson|jsonl)(\.gz)?$/.test(file.name);
}

function answered() {
  const document = parsed(request.responseText);
  if (request.status < 300) {
    Object.assign(upload, { state: "received", loaded: upload.total, batch: document });
    return;
  }
  const problem = new Problem(request.status, document);
  if (problem.status === 401) expire(problem);
  fail(problem);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function fail(problem) {
  Object.assign(upload, { state: "failed", problem });
}

/** Ends the upload. What was accepted of it stays accepted. */
export function abort() {
  request?.abort();
}
