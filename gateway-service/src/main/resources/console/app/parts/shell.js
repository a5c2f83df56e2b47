import { h } from "../vue.js";
import { appearance, nextAppearance } from "../appearance.js";
import { icon, logo } from "../icons.js";
import { connection } from "../live.js";
import { link, place } from "../router.js";
import { session, signOut } from "../session.js";
import { tags } from "../tags.js";
import { texts } from "../texts.js";
import { Dialog } from "./dialog.js";
import { Notices } from "./notices.js";

const { a, button, div, header, main, nav, span } = tags;

const PAGES = [
  { path: "/refresh", icon: "refresh", name: texts.refresh.title },
  { path: "/tasks", icon: "records", name: texts.records.title, short: texts.records.short },
  { path: "/inspect", icon: "inspect", name: texts.inspect.title },
  { path: "/nodes", icon: "nodes", name: texts.nodes.title, operator: true },
  { path: "/quotas", icon: "quotas", name: texts.quotas.title },
];
const APPEARANCE_ICONS = { system: "auto", light: "sun", dark: "moon" };

/** Frame of all pages: header, navigation, notices. */
export function shell(page) {
  return div(
    { class: "shell" },
    a({ class: "skip", href: "#content", onClick: skip }, texts.shell.skip),
    header(
      { class: "bar" },
      div(
        { class: "bar-inner" },
        link(
          "/refresh",
          { class: "brand", "aria-label": texts.product },
          logo(),
          span({ class: "brand-name" }, texts.product),
        ),
        nav({ class: "tabs", "aria-label": texts.shell.pages }, PAGES.filter(visible).map(tab)),
        div({ class: "bar-end" }, stream(), account()),
      ),
    ),
    main({ id: "content", class: "content", tabindex: -1 }, page),
    h(Dialog),
    h(Notices),
  );
}

function visible(page) {
  return !page.operator || session.account.operator;
}

function tab(page) {
  const current =
    place.path === page.path || place.path.startsWith(`${page.path}/`) || (place.path === "/" && page === PAGES[0]);
  return link(
    page.path,
    { class: ["tab", current && "tab-current"], key: page.path, "aria-current": current ? "page" : null },
    icon(page.icon),
    page.short ? [span({ class: "tab-long" }, page.name), span({ class: "tab-short" }, page.short)] : span(page.name),
  );
}

/** Without a hash, which would change the address. */
function skip(event) {
  event.preventDefault();
  document.getElementById("content").focus();
}

/** State of the live updates. */
function stream() {
  return span(
    { class: ["stream", `stream-${connection.value}`], role: "status", title: texts.stream.hint[connection.value] },
    span({ class: "stream-dot" }),
    span({ class: "stream-text" }, texts.stream[connection.value]),
  );
}

function account() {
  return [
    span({ class: "account", title: texts.shell.account }, session.account.id),
    button(
      {
        class: "button-icon",
        type: "button",
        onClick: nextAppearance,
        "aria-label": texts.appearance[appearance.value],
        title: texts.appearance[appearance.value],
      },
      icon(APPEARANCE_ICONS[appearance.value]),
    ),
    button(
      {
        class: "button-icon",
        id: "sign-out",
        type: "button",
        "aria-label": texts.signOut,
        title: texts.signOut,
        onClick: () => signOut(),
      },
      icon("signOut"),
    ),
  ];
}
