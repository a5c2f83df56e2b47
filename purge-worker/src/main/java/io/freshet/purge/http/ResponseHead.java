package io.freshet.purge.http;

import org.jspecify.annotations.Nullable;

/**
 * Status line and one header of a response. Bodies are skipped.
 *
 * @param reason reason phrase of the status line; may be empty
 * @param capturedHeader value of the header that the connection captures; null if the response does not have it
 */
public record ResponseHead(
        int status, String reason, @Nullable String capturedHeader) {}
