import { newIdempotencyKey, post } from "./http.js";
import { notify } from "./parts/notices.js";
import { go } from "./router.js";
import { texts } from "./texts.js";

/** Returns whether a task can be repeated: when it has ended. */
export function isOver(task) {
  return ["complete", "cancelled", "failed"].includes(task.status);
}

/** Repeats a task with all its options, and shows the new task. */
export function repeat(task) {
  return submit(task, "repeat", texts.task.repeated);
}

/** Retries the failed objects of a task, and shows the new task. */
export function retry(task) {
  return submit(task, "retry", texts.task.retried);
}

async function submit(task, action, done) {
  try {
    const { tasks } = await post(`/v1/tasks/${task.taskId}/${action}`, undefined, {
      headers: { "Idempotency-Key": newIdempotencyKey() },
    });
    notify(done);
    go(`/tasks/${tasks[0].taskId}`);
  } catch (problem) {
    notify(problem.message, "failed");
  }
}
