import { percent } from "../format.js";
import { tags } from "../tags.js";

const { div, span } = tags;

/** Progress bar in whole percent. */
export function progress(value, state, label) {
  return div(
    { class: ["progress", `progress-${state}`] },
    div(
      {
        class: "progress-track",
        role: "progressbar",
        "aria-label": label,
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        "aria-valuenow": value,
      },
      div({ class: "progress-bar", style: { transform: `scaleX(${value / 100})` } }),
    ),
    span({ class: "progress-value", "aria-hidden": "true" }, percent(value)),
  );
}

/** Meter of a limit: used, and used after this request. */
export function meter(used, more, limit, label) {
  const share = value => (limit > 0 ? Math.min(1, value / limit) : 1);
  const after = used + more;
  return div(
    {
      class: ["meter", after > limit ? "meter-over" : share(after) > 0.85 ? "meter-high" : ""],
      role: "meter",
      "aria-label": label,
      "aria-valuemin": 0,
      "aria-valuemax": limit,
      "aria-valuenow": Math.min(after, limit),
    },
    div({ class: "meter-more", style: { transform: `scaleX(${share(after)})` } }),
    div({ class: "meter-used", style: { transform: `scaleX(${share(used)})` } }),
  );
}
