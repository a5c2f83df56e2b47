/**
 * Types that services exchange: {@code message} over Kafka, {@code admission}, {@code nonce} and {@code task} over
 * HTTP.
 */
@NullMarked
package io.freshet.contracts;

import org.jspecify.annotations.NullMarked;
