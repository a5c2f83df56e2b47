/** Consumers of commands that commit only finished work. */
@NullMarked
package io.freshet.kafka.command;

import org.jspecify.annotations.NullMarked;
