/** The application, and exceptions that its packages share. */
@NullMarked
package io.freshet.task;

import org.jspecify.annotations.NullMarked;
