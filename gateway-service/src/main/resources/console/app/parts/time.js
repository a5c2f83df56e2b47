import { distance, duration, moment, now, shortMoment } from "../format.js";
import { tags } from "../tags.js";

const { time } = tags;

/** A time, with the exact value as a tooltip. */
export function at(instant) {
  return time({ datetime: instant, title: moment(instant) }, shortMoment(instant));
}

/** Elapsed time, updated each second. */
export function lasting(instant) {
  return time(
    { datetime: instant, title: moment(instant) },
    duration(Math.max(1, Math.round((now.value - new Date(instant)) / 1_000))),
  );
}

/** Relative time, updated each second. */
export function ago(instant) {
  return time({ datetime: instant, title: moment(instant) }, distance(instant));
}
