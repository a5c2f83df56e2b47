import { h, shallowReactive } from "./vue.js";

// Router. Paths are the gateway's, so that links can be shared and the back button works.
history.scrollRestoration = "manual";

export const place = shallowReactive({ path: location.pathname, query: queryOf(location), returning: false, visit: 0 });

function queryOf({ search }) {
  return Object.fromEntries(new URLSearchParams(search));
}

function arrive(returning) {
  Object.assign(place, {
    path: location.pathname,
    query: queryOf(location),
    returning,
    visit: place.visit + 1,
  });
}

function rememberScroll() {
  history.replaceState({ ...history.state, scroll: window.scrollY }, "");
}

/** Scroll position of the page when it was left. */
export function rememberedScroll() {
  return history.state?.scroll ?? 0;
}

window.addEventListener("popstate", () => arrive(true));

let led = false;

export function go(address) {
  led = true;
  step(address);
}

function step(address) {
  rememberScroll();
  history.pushState({}, "", address);
  window.scrollTo(0, 0);
  arrive(false);
}

/** Returns once whether a link led here, so that screen readers announce the title. */
export function takeLed() {
  const was = led;
  led = false;
  return was;
}

/** Changes the query of the current page, as a new history entry. */
export function goQuery(query) {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  step(place.path + (search ? `?${search}` : ""));
}

/** A link within the console. With a modifier key the browser handles it. */
export function link(address, props, ...children) {
  return h(
    "a",
    {
      ...props,
      href: address,
      onClick: event => {
        if (event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey) {
          event.preventDefault();
          go(address);
        }
      },
    },
    children,
  );
}
