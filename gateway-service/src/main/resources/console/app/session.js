import { shallowReactive } from "./vue.js";

// The token is stored in this tab only.
const KEY = "freshet.token";

export const session = shallowReactive({ token: sessionStorage.getItem(KEY), account: null, ended: null });

export function keep(token, account) {
  sessionStorage.setItem(KEY, token);
  Object.assign(session, { token, account, ended: null });
}

/**
 * @param {?string} why the session ended, if not by the user
 */
export function signOut(why = null) {
  sessionStorage.removeItem(KEY);
  Object.assign(session, { token: null, account: null, ended: why });
}

/** Ends the session because the gateway rejected the token. */
export function expire(problem) {
  if (session.account) signOut(problem.message);
}
