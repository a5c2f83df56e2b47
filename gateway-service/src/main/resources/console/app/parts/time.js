import { distance, moment, shortMoment } from "../format.js";
import { tags } from "../tags.js";

const { time } = tags;

/** A point in time, exactly when asked. */
export function at(instant) {
  return time({ datetime: instant, title: moment(instant) }, shortMoment(instant));
}

/** How long ago or ahead it is; moves. */
export function ago(instant) {
  return time({ datetime: instant, title: moment(instant) }, distance(instant));
}
