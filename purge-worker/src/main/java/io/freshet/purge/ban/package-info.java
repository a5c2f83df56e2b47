/** Joining of bans: a server's bans are few, however many refreshes wait. */
@NullMarked
package io.freshet.purge.ban;

import org.jspecify.annotations.NullMarked;
