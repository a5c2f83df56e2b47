import { expire, session } from "./session.js";

// Server-sent events over fetch, since EventSource sends no Authorization. Connects again by itself, sooner when the network is back.
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
  let stopped = false;

  async function connect() {
    clearTimeout(timer);
    connection?.abort();
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
    if (!stopped && mine === connection) retry();
  }

  function retry() {
    onState("lost");
    timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
    wait = Math.min(LONGEST_WAIT, wait * 2);
  }

  function online() {
    if (!stopped) {
      wait = FIRST_WAIT;
      connect();
    }
  }

  function stop() {
    stopped = true;
    clearTimeout(timer);
    connection?.abort();
    window.removeEventListener("online", online);
  }

  window.addEventListener("online", online);
  onState("connecting");
  connect();
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
