import { expire, session } from "./session.js";

// Server-sent events over fetch, since EventSource sends no Authorization. Connects again by itself, sooner when the network is back. A page that
// nobody sees holds no stream: browsers give all pages of a host six connections together.
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
/** Heartbeats come every 15 s: after three times as long, nobody is there any more. */
const SILENCE = 45_000;

/**
 * @param {string} path
 * @param {(name: string, data: object) => void} onEvent
 * @param {(state: "connecting" | "open" | "lost") => void} onState
 * @returns {() => void} ends it
 */
export function follow(path, onEvent, onState) {
  let connection = null;
  let wait = FIRST_WAIT;
  let timer = 0;

  async function connect() {
    disconnect();
    const mine = (connection = new AbortController());
    const watchdog = silenceOf(SILENCE, () => mine.abort());
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
      wait = FIRST_WAIT;
      onState("open");
      const parse = parser(onEvent);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        watchdog.heard();
        parse(part.value);
      }
    } catch {
      // Whatever it was, the answer is to try again.
    } finally {
      watchdog.end();
    }
    if (mine === connection) retry();
  }

  function disconnect() {
    clearTimeout(timer);
    connection?.abort();
    connection = null;
  }

  function retry() {
    onState("lost");
    timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
    wait = Math.min(LONGEST_WAIT, wait * 2);
  }

  function begin() {
    wait = FIRST_WAIT;
    if (document.visibilityState === "visible") connect();
  }

  function pause() {
    disconnect();
    onState("lost");
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
  onState("connecting");
  begin();
  return stop;
}

function silenceOf(most, then) {
  let timer = setTimeout(then, most);
  return {
    heard() {
      clearTimeout(timer);
      timer = setTimeout(then, most);
    },
    end() {
      clearTimeout(timer);
    },
  };
}

/** Takes text in any portions and tells of whole events, as the HTML standard reads them. */
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
