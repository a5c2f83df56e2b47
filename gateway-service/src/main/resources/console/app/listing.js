import { shallowReactive, shallowRef, watch } from "./vue.js";
import { get } from "./http.js";
import { connection, merged, onTask, upToDate } from "./live.js";
import { session } from "./session.js";

// The account's tasks that match a filter, newest first. Pages load on demand, states and new tasks arrive live.

const PAGE = 100;
/** Delay in which new tasks share one query, in milliseconds. */
const PAUSE = 400;
/** Unfinished tasks that are queried again after the stream was lost; older ones change with the next reload. */
const LOOKED_AT_AGAIN = 30;

/** Ids are decimal numbers that grow with time. */
function newer(one, other) {
  return one.length === other.length ? one > other : one.length > other.length;
}

export class Listing {
  #query;
  #pageToken = null;
  #timer = 0;
  #ends;

  /** @param {() => object} query returns the filter's query parameters, which may be relative to now */
  constructor(query) {
    this.#query = query;
    /** Ids, newest first. */
    this.ids = shallowRef([]);
    this.tasks = shallowReactive(new Map());
    this.state = shallowReactive({ loading: false, complete: false, problem: null, waiting: [] });
    /** Whether new tasks are shown at once. While the user has scrolled down, they wait. */
    this.atTop = true;
    this.#ends = [
      onTask(state => this.#take(state)),
      watch(connection, (now, before) => before === "lost" && now === "open" && this.#catchUp()),
    ];
  }

  end() {
    clearTimeout(this.#timer);
    this.#ends.forEach(end => end());
  }

  async more() {
    if (this.state.loading || this.state.complete) return;
    Object.assign(this.state, { loading: true, problem: null });
    try {
      const page = await get("/v1/tasks", { ...this.#query(), limit: PAGE, pageToken: this.#pageToken });
      this.#append(page);
    } catch (problem) {
      this.state.problem = problem;
    } finally {
      this.state.loading = false;
    }
  }

  #append(page) {
    const more = page.tasks.filter(task => !this.tasks.has(task.taskId));
    more.forEach(task => this.tasks.set(task.taskId, upToDate(task)));
    this.ids.value = [...this.ids.value, ...more.map(task => task.taskId)];
    this.#pageToken = page.nextPageToken ?? null;
    this.state.complete = !page.nextPageToken;
  }

  #take(state) {
    const known = this.tasks.get(state.taskId);
    if (known) {
      this.tasks.set(state.taskId, merged(known, state));
    } else if (!this.ids.value.length || newer(state.taskId, this.ids.value[0])) {
      this.#soonNewer();
    }
  }

  #soonNewer() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.#newer();
    }, PAUSE);
  }

  /** The gateway decides what matches the filter; a state in the stream does not contain enough. */
  async #newer() {
    if (!session.token || this.state.loading) return;
    let page;
    try {
      page = await get("/v1/tasks", { ...this.#query(), limit: PAGE });
    } catch {
      return; // the next state asks again
    }
    const fresh = page.tasks.filter(task => !this.tasks.has(task.taskId));
    if (fresh.length === page.tasks.length && page.nextPageToken) return this.#tooMany(page);
    fresh.forEach(task => this.tasks.set(task.taskId, upToDate(task)));
    const ids = fresh.map(task => task.taskId);
    this.state.waiting = [...ids, ...this.state.waiting];
    if (this.atTop) this.showWaiting();
  }

  /** Too many new tasks: there is a gap. A user who has scrolled down keeps the list until asking for the new one. */
  #tooMany(page) {
    if (this.atTop) {
      this.#restart(page);
    } else {
      this.state.waiting = page.tasks.map(task => task.taskId);
      this.restartWith = page;
    }
  }

  #restart(page) {
    this.tasks.clear();
    this.ids.value = [];
    this.state.waiting = [];
    this.restartWith = null;
    this.#append(page);
  }

  showWaiting() {
    if (this.restartWith) return this.#restart(this.restartWith);
    this.ids.value = [...this.state.waiting, ...this.ids.value];
    this.state.waiting = [];
  }

  /** Queries what was missed while the stream was lost. The stream starts with the newest tasks; these are the others. */
  async #catchUp() {
    this.#soonNewer();
    const unfinished = this.ids.value
      .slice(PAGE)
      .filter(id => ["pending", "running"].includes(this.tasks.get(id).status))
      .slice(0, LOOKED_AT_AGAIN);
    for (const id of unfinished) {
      try {
        this.tasks.set(id, upToDate(await get(`/v1/tasks/${id}`)));
      } catch {
        return;
      }
    }
  }
}
