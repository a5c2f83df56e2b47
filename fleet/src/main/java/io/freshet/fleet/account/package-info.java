/** Accounts with their tokens, access keys, domains and quotas. */
@NullMarked
package io.freshet.fleet.account;

import org.jspecify.annotations.NullMarked;
