import { takeLed } from "../router.js";
import { texts } from "../texts.js";
import { tags } from "../tags.js";

const { div, h1, p } = tags;

/** Title of the page and the tab. It gets the focus after a link, so that screen readers announce it. */
export function heading(title, subtitle, ...actions) {
  document.title = `${title} · ${texts.product}`;
  return div(
    { class: "heading" },
    div(
      { class: "heading-text" },
      h1(
        { id: "title", tabindex: -1, onVnodeMounted: ({ el }) => takeLed() && el.focus({ preventScroll: true }) },
        title,
      ),
      subtitle && p({ class: "muted" }, subtitle),
    ),
    actions.some(Boolean) && div({ class: "actions" }, actions),
  );
}
