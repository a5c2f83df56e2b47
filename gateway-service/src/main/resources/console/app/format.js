import { ref } from "./vue.js";
import { texts } from "./texts.js";

const numbers = new Intl.NumberFormat(texts.language);
const percents = new Intl.NumberFormat(texts.language, { style: "percent", maximumFractionDigits: 0 });
const moments = new Intl.DateTimeFormat(texts.language, { dateStyle: "medium", timeStyle: "medium", hour12: false });
const clock = new Intl.DateTimeFormat(texts.language, { timeStyle: "medium", hour12: false });
const day = new Intl.DateTimeFormat(texts.language, { month: "short", day: "numeric" });
const relative = new Intl.RelativeTimeFormat(texts.language, { numeric: "auto", style: "narrow" });

/** Current time, updated each second. */
export const now = ref(Date.now());
setInterval(() => {
  if (document.visibilityState === "visible") now.value = Date.now();
}, 1_000);

export function number(value) {
  return numbers.format(value);
}

/** @param {number} value whole percent */
export function percent(value) {
  return percents.format(value / 100);
}

export function moment(instant) {
  return moments.format(new Date(instant));
}

/** Time of day, with the date unless it is today. */
export function shortMoment(instant) {
  const then = new Date(instant);
  const today = then.toDateString() === new Date(now.value).toDateString();
  return today ? clock.format(then) : `${day.format(then)}, ${clock.format(then)}`;
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** Relative time in the past or future. */
export function distance(instant) {
  const seconds = Math.round((new Date(instant) - now.value) / 1_000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return relative.format(Math.trunc(seconds / size), unit);
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 1) return texts.units.milliseconds(Math.round(seconds * 1_000));
  if (seconds < 60)
    return texts.units.seconds(seconds < 10 && !Number.isInteger(seconds) ? seconds.toFixed(1) : Math.round(seconds));
  if (seconds < 3_600) return texts.units.minutes(Math.floor(seconds / 60), Math.round(seconds % 60));
  if (seconds < 86_400) return texts.units.hours(Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60));
  return texts.units.days(Math.floor(seconds / 86_400), Math.floor((seconds % 86_400) / 3_600));
}

/** Time between two instants; null if one is unknown. */
export function between(from, to) {
  return from && to ? duration(Math.max(0, new Date(to) - new Date(from)) / 1_000) : null;
}

export function bytes(value) {
  const exponent = value < 1_000 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1_000 ** exponent;
  return `${exponent && scaled < 100 ? scaled.toFixed(1) : Math.round(scaled)} ${["B", "kB", "MB", "GB", "TB"][exponent]}`;
}
