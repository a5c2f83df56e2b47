/** Errors of the configuration, with the line of each entry. */
@NullMarked
package io.freshet.fleet.validation;

import org.jspecify.annotations.NullMarked;
