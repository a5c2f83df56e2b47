import { newIdempotencyKey, post } from "./http.js";
import { notify } from "./parts/notices.js";
import { go } from "./router.js";
import { texts } from "./texts.js";

/** Returns whether a task can be repeated: when it has ended. */
export function isOver(task) {
  return task.status === "complete" || task.status === "failed";
}

/** Repeats a task with all its options, and shows the new task. */
export async function repeat(task) {
  try {
    const { tasks } = await post(`/v1/tasks/${task.taskId}/repeat`, undefined, {
      headers: { "Idempotency-Key": newIdempotencyKey() },
    });
    notify(texts.task.repeated);
    go(`/tasks/${tasks[0].taskId}`);
  } catch (problem) {
    notify(problem.message, "failed");
  }
}
