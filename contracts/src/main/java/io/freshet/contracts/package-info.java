/** What the services say to each other: see the packages {@code message} (through Kafka), {@code admission} and {@code task} (over HTTP). */
@NullMarked
package io.freshet.contracts;

import org.jspecify.annotations.NullMarked;
