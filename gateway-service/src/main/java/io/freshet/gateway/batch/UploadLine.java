package io.freshet.gateway.batch;

import org.jspecify.annotations.Nullable;

/**
 * A line of an upload.
 *
 * @param number from 1
 * @param text of the line, without its end; the beginning only if it is not valid
 * @param error why the line cannot be read; null if it can
 */
record UploadLine(int number, String text, @Nullable String error) {}
