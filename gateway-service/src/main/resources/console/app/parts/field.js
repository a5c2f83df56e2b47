import { icon } from "../icons.js";
import { tags } from "../tags.js";

const { div, label, option, p, select, span } = tags;

/** A labelled select. @param {[string, string][]} options value and text */
export function choice(name, value, options, onChange, props = {}) {
  return label(
    { class: "field" },
    span({ class: "field-name" }, name),
    span(
      { class: "select" },
      select(
        { ...props, value, onChange: event => onChange(event.target.value) },
        options.map(([key, text]) => option({ key, value: key, selected: key === value }, text)),
      ),
      icon("chevron"),
    ),
  );
}

/** A checkbox with a hint below its name. */
export function toggle(value, set, name, hint) {
  return label(
    { class: "toggle" },
    tags.input({ type: "checkbox", checked: value, onChange: event => set(event.target.checked) }),
    span({ class: "toggle-text" }, span(name), span({ class: "muted small" }, hint)),
  );
}

/** The text that the page last gave to a field. */
const given = new WeakMap();

/** Replaces what is in the field only by a text that differs from the one before: somebody may be typing. */
function give(field, text) {
  if (given.get(field) === text) return;
  given.set(field, text);
  field.value = text;
}

/** A labelled text field; calls back when the text was entered. */
export function entry(name, value, onChange, props = {}) {
  return label(
    { class: "field" },
    span({ class: "field-name" }, name),
    tags.input({
      type: "text",
      ...props,
      onVnodeMounted: ({ el }) => give(el, value),
      onVnodeUpdated: ({ el }) => give(el, value),
      onChange: event => onChange(event.target.value),
    }),
  );
}

/** A labelled text field that calls back at each keystroke. @param {string[]} reasons why its text is refused */
export function checkedEntry(id, name, value, reasons, onInput, props = {}) {
  return div(
    { class: "checked-field" },
    label(
      { class: "field" },
      span({ class: "field-name" }, name),
      tags.input({
        type: "text",
        ...props,
        id,
        value,
        "aria-invalid": reasons.length > 0 ? "true" : null,
        "aria-describedby": reasons.length > 0 ? `${id}-faults` : null,
        onInput: event => onInput(event.target.value),
      }),
    ),
    div({ id: `${id}-faults` }, faults(reasons)),
  );
}

/** @param {string[]} reasons */
export function faults(reasons) {
  return reasons.map(reason => p({ class: "fault small", key: reason }, icon("warning"), reason));
}
