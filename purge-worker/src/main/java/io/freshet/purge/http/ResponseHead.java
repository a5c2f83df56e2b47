package io.freshet.purge.http;

import java.util.Map;

/**
 * Status line and some headers of a response. Bodies are skipped.
 *
 * @param reason reason phrase of the status line; may be empty
 * @param headers those that the connection captures, as far as the response has them; names in lower case
 */
public record ResponseHead(int status, String reason, Map<String, String> headers) {}
