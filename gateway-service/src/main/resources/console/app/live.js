import { ref, watch } from "./vue.js";
import { session } from "./session.js";
import { follow, report } from "./stream.js";

// One stream of the account's tasks for the whole console, and one of the nodes for each page that shows nodes.

/** "connecting", "open" or "lost". */
export const connection = ref("connecting");

const listeners = new Set();
/** Latest states by task id, the most recent last. Query results may be older. */
const latest = new Map();
const MAX_LATEST = 1_000;
let end = null;

watch(
  () => session.account,
  account => {
    end?.();
    latest.clear();
    end = account
      ? follow(
          "/v1/tasks/events",
          (name, task) => name === "task" && take(task),
          state => (connection.value = state),
        )
      : null;
  },
  { immediate: true },
);

function take(state) {
  latest.delete(state.taskId);
  latest.set(state.taskId, state);
  if (latest.size > MAX_LATEST) latest.delete(latest.keys().next().value);
  listeners.forEach(listener => report(listener, state));
}

/** Calls the listener with each new state of a task; returns a function that ends that. */
export function onTask(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls the listener with all nodes after each change; returns a function that ends that. */
export function onNodes(listener, onState = () => {}) {
  return follow(
    "/v1/nodes/events",
    (name, list) => {
      if (name === "nodes") listener(list.nodes);
    },
    onState,
  );
}

/** Merges a newer state into a task; fields that the state lacks stay. */
export function merged(task, state) {
  return { ...task, ...state, description: state.description, finishedAt: state.finishedAt ?? task.finishedAt };
}

const ORDER = ["pending", "running", "cancelled", "failed", "complete"];

/** Returns whether the queried task is older than its latest state. */
export function isBehind(task) {
  const state = latest.get(task.taskId);
  return Boolean(state) && (state.progress > task.progress || ORDER.indexOf(state.status) > ORDER.indexOf(task.status));
}

/** Returns the queried task, or its latest state if that is newer. */
export function upToDate(task) {
  return isBehind(task) ? merged(task, latest.get(task.taskId)) : task;
}
