/** Environment of a scenario, load, measurements and their results. */
@NullMarked
package io.freshet.benchmark.measure;

import org.jspecify.annotations.NullMarked;
