import { ref, watch } from "./vue.js";
import { session } from "./session.js";
import { follow } from "./stream.js";

// One stream of the account's tasks for all of the console, and one of the nodes for those who look at them.

/** connecting, open or lost. */
export const connection = ref("connecting");

const listeners = new Set();
/** The newest states, those that moved last at the end: what is read from the record may be older. */
const heard = new Map();
const REMEMBERED = 1_000;
let end = null;

watch(() => session.account, account => {
  end?.();
  heard.clear();
  end = account
    ? follow("/v1/tasks/events", (name, task) => name === "task" && take(task), state => (connection.value = state))
    : null;
}, { immediate: true });

function take(state) {
  heard.delete(state.taskId);
  heard.set(state.taskId, state);
  if (heard.size > REMEMBERED) heard.delete(heard.keys().next().value);
  listeners.forEach(tell => tell(state));
}

/** Tells of the newest state of a task, whenever it moves; returns what ends that. */
export function onTask(tell) {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** The nodes as they change; returns what ends that. */
export function onNodes(tell, onState = () => {}) {
  return follow("/v1/nodes/events", (name, list) => {
    if (name === "nodes") tell(list.nodes);
  }, onState);
}

/** A record with a state of it that is newer: what the state does not tell stays as it was recorded. */
export function merged(task, state) {
  return { ...task, ...state, description: state.description, finishedAt: state.finishedAt ?? task.finishedAt };
}

const ORDER = ["pending", "running", "failed", "complete"];

/** Whether the record has not read yet what has been heard. */
export function isBehind(task) {
  const state = heard.get(task.taskId);
  return Boolean(state) && (state.progress > task.progress || ORDER.indexOf(state.status) > ORDER.indexOf(task.status));
}

/** A task as the record has it, or as it was heard to be since. */
export function upToDate(task) {
  return isBehind(task) ? merged(task, heard.get(task.taskId)) : task;
}
