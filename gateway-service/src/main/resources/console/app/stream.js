import { expire, session } from "./session.js";

// Server-sent events over fetch, because EventSource sends no Authorization header. Reconnects with back-off, at once
// when the network returns. A hidden page closes its stream: browsers share six connections per host among all pages.
const FIRST_BACKOFF = 500;
const MAX_BACKOFF = 10_000;
/** Three heartbeats of the server (15 s). */
const SILENCE_TIMEOUT = 45_000;

/**
 * @param {string} path
 * @param {(name: string, data: object) => void} onEvent
 * @param {(state: "connecting" | "open" | "lost") => void} onState
 * @returns {() => void} closes the stream
 */
export function follow(path, onEvent, onState) {
  let connection = null;
  let backOff = FIRST_BACKOFF;
  let timer = 0;

  async function connect() {
    disconnect();
    const mine = (connection = new AbortController());
    const watchdog = onSilence(SILENCE_TIMEOUT, () => mine.abort());
    try {
      const answer = await fetch(path, {
        headers: { Authorization: `Bearer ${session.token}`, Accept: "text/event-stream" },
        signal: mine.signal,
        cache: "no-store",
        credentials: "omit",
      });
      if (answer.status === 401) return expire(new Error((await answer.json()).detail));
      if (answer.status === 403) return stop();
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      backOff = FIRST_BACKOFF;
      report(onState, "open");
      const parse = parser((name, data) => report(onEvent, name, data));
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        watchdog.restart();
        parse(part.value);
      }
    } catch {
      // A failure of the connection, for which the caller is told "lost" below.
    } finally {
      watchdog.cancel();
    }
    if (mine === connection) retry();
  }

  function disconnect() {
    clearTimeout(timer);
    connection?.abort();
    connection = null;
  }

  function retry() {
    report(onState, "lost");
    timer = setTimeout(connect, backOff * (0.75 + Math.random() / 2));
    backOff = Math.min(MAX_BACKOFF, backOff * 2);
  }

  function begin() {
    backOff = FIRST_BACKOFF;
    if (document.visibilityState === "visible") connect();
  }

  function pause() {
    disconnect();
    report(onState, "lost");
  }

  function visibility() {
    if (document.visibilityState === "visible") begin();
    else pause();
  }

  function stop() {
    disconnect();
    window.removeEventListener("online", begin);
    window.removeEventListener("pagehide", pause);
    window.removeEventListener("pageshow", shown);
    document.removeEventListener("visibilitychange", visibility);
  }

  function shown(event) {
    if (event.persisted) begin();
  }

  window.addEventListener("online", begin);
  window.addEventListener("pagehide", pause);
  window.addEventListener("pageshow", shown);
  document.addEventListener("visibilitychange", visibility);
  report(onState, "connecting");
  begin();
  return stop;
}

function onSilence(timeout, then) {
  let timer = setTimeout(then, timeout);
  return {
    restart() {
      clearTimeout(timer);
      timer = setTimeout(then, timeout);
    },
    cancel() {
      clearTimeout(timer);
    },
  };
}

/** Calls a listener. Its exception is the page's fault, and must not look like a failure of the connection. */
export function report(listener, ...values) {
  try {
    listener(...values);
  } catch (error) {
    reportError(error);
  }
}

/** Parses chunks of text into events, as the HTML standard defines them. */
export function parser(onEvent) {
  let rest = "";
  let name = "message";
  let data = [];

  function line(text) {
    if (text === "") {
      if (data.length) onEvent(name, JSON.parse(data.join("\n")));
      name = "message";
      data = [];
      return;
    }
    const colon = text.indexOf(":");
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "event") name = value;
    if (field === "data") data.push(value);
  }

  return text => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    lines.forEach(line);
  };
}
