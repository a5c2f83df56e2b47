import { icon } from "../icons.js";
import { tags } from "../tags.js";

const { label, option, select, span } = tags;

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
