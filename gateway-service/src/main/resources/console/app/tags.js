import { h, isVNode } from "./vue.js";

// div({ class: "card" }, "text", child) or div("text"). Strings become text nodes, never markup.

function isProps(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value) && !isVNode(value);
}

export const tags = new Proxy(
  {},
  {
    get:
      (_, name) =>
      (first, ...rest) =>
        isProps(first) ? h(name, first, rest) : h(name, null, first === undefined ? rest : [first, ...rest]),
  },
);
