/**
 * Measures Freshet: sets the ground up, plays scenarios, prints and writes what came of it. The scenarios are in
 * packages by what they measure.
 */
@NullMarked
package io.freshet.benchmark;

import org.jspecify.annotations.NullMarked;
