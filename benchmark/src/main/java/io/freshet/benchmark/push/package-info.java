/** Scenario of pushes. */
@NullMarked
package io.freshet.benchmark.push;

import org.jspecify.annotations.NullMarked;
