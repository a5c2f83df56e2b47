/** Scenarios that measure the latency of single refreshes. */
@NullMarked
package io.freshet.benchmark.latency;

import org.jspecify.annotations.NullMarked;
