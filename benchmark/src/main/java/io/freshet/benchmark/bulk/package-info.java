/** Scenarios of the purge rate. */
@NullMarked
package io.freshet.benchmark.bulk;

import org.jspecify.annotations.NullMarked;
