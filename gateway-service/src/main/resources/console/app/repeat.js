import { newIdempotencyKey, post } from "./http.js";
import { notify } from "./parts/notices.js";
import { go } from "./router.js";
import { texts } from "./texts.js";

/** Whether a task can be asked for again: when it is over. */
export function isOver(task) {
  return task.status === "complete" || task.status === "failed";
}

/** Asks again for what a task asked for, and shows the new task. The gateway knows what that was, to the last header. */
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
