/** Consumers of commands that commit only finished work, and the lag of consumer groups. */
@NullMarked
package io.freshet.kafka.command;

import org.jspecify.annotations.NullMarked;
