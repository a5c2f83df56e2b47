import { distance, duration, moment, now, shortMoment } from "../format.js";
import { tags } from "../tags.js";

const { time } = tags;

/** A point in time, exactly when asked. */
export function at(instant) {
  return time({ datetime: instant, title: moment(instant) }, shortMoment(instant));
}

/** How long it has been; moves. */
export function lasting(instant) {
  return time({ datetime: instant, title: moment(instant) }, duration(Math.max(1, Math.round((now.value - new Date(instant)) / 1_000))));
}

/** How long ago or ahead it is; moves. */
export function ago(instant) {
  return time({ datetime: instant, title: moment(instant) }, distance(instant));
}
