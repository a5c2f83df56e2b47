/** Benchmark of Freshet: plays scenarios, which are in packages by what they measure, and writes their results. */
@NullMarked
package io.freshet.benchmark;

import org.jspecify.annotations.NullMarked;
