import { ref, watch } from "./vue.js";
import { session } from "./session.js";
import { follow } from "./stream.js";

// One stream of the account's tasks for all of the console, and one of the nodes for those who look at them.

/** connecting, open or lost. */
export const connection = ref("connecting");

const listeners = new Set();
let end = null;

watch(() => session.account, account => {
  end?.();
  end = account
    ? follow("/v1/tasks/events", (name, task) => {
      if (name === "task") listeners.forEach(tell => tell(task));
    }, state => (connection.value = state))
    : null;
}, { immediate: true });

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

/** A record with the newest state of it: what the state does not tell stays as it was recorded. */
export function merged(task, state) {
  return { ...task, ...state, description: state.description, finishedAt: state.finishedAt ?? task.finishedAt };
}
