import { shallowReactive, shallowRef, watch } from "./vue.js";
import { get } from "./http.js";
import { connection, merged, onTask, upToDate } from "./live.js";
import { session } from "./session.js";

// The account's tasks that match a filter, newest first: pages as they are needed, states as they change, new ones as they come.

const PAGE = 100;
/** In which further new tasks are fetched with the same question. */
const PAUSE = 400;
/** Unfinished tasks that are looked at again after the stream was lost; what is older moves with the next reload. */
const LOOKED_AT_AGAIN = 30;

/** Ids are decimal numbers that grow with time. */
function newer(one, other) {
  return one.length === other.length ? one > other : one.length > other.length;
}

export class Listing {
  #query;
  #cursor = null;
  #timer = 0;
  #ends;

  /** @param {() => object} query the filter as the gateway knows it; asked anew each time, since it may be relative to now */
  constructor(query) {
    this.#query = query;
    /** Ids in order. */
    this.ids = shallowRef([]);
    this.tasks = shallowReactive(new Map());
    this.state = shallowReactive({ loading: false, complete: false, problem: null, waiting: [] });
    /** Whether new tasks may be shown at once: where they would push away what is read, they wait. */
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
      const page = await get("/v1/tasks", { ...this.#query(), limit: PAGE, cursor: this.#cursor });
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
    this.#cursor = page.nextPageToken ?? null;
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

  /** The gateway decides what matches: a state of the stream says too little for that. */
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

  /** So many are new that there is a gap: who reads below goes on reading, and begins anew when wanted. */
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

  /** What was missed while the stream was lost. The stream begins with the newest tasks; these are the others. */
  async #catchUp() {
    this.#soonNewer();
    const unfinished = this.ids.value.slice(PAGE)
      .filter(id => ["pending", "running"].includes(this.tasks.get(id).status)).slice(0, LOOKED_AT_AGAIN);
    for (const id of unfinished) {
      try {
        this.tasks.set(id, upToDate(await get(`/v1/tasks/${id}`)));
      } catch {
        return;
      }
    }
  }
}
