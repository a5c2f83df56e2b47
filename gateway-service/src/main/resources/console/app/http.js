import { expire, session } from "./session.js";
import { texts } from "./texts.js";

/** An error answer of the gateway as a problem document; status 0 if it was not reached. */
export class Problem extends Error {
  constructor(status, document) {
    super(document.detail ?? document.title ?? texts.problem.status(status));
    this.status = status;
    this.document = document;
  }

  /** Whether a later retry may succeed. */
  get passes() {
    return this.status === 0 || this.status === 503;
  }
}

export async function send(method, path, { body, headers, signal } = {}) {
  // After signing out, pending requests of the last page are not sent.
  if (!session.token && !headers?.Authorization) throw new DOMException("signed out", "AbortError");
  let answer;
  try {
    answer = await fetch(path, {
      method,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: {
        Authorization: `Bearer ${session.token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      cache: "no-store",
      credentials: "omit",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { detail: texts.problem.unreachable });
  }
  if (answer.ok) return answer;
  const problem = new Problem(answer.status, await answer.json().catch(() => ({})));
  if (answer.status === 401) expire(problem);
  throw problem;
}

export async function get(path, query = {}, options = {}) {
  const search = queryString(Object.fromEntries(Object.entries(query).filter(([, value]) => value)));
  return (await send("GET", search ? `${path}?${search}` : path, options)).json();
}

export async function post(path, body, options = {}) {
  return (await send("POST", path, { ...options, body })).json();
}

/** Idempotency key for one request. Without randomUUID, which only secure contexts have. */
export function newIdempotencyKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");
}

/** Encodes query parameters. The gateway reads "+" as itself, so a blank is %20. */
export function queryString(parameters) {
  return new URLSearchParams(parameters).toString().replaceAll("+", "%20");
}
