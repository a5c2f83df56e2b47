package io.freshet.gateway.connection;

import java.util.function.IntFunction;

/**
 * Errors of one port that are answered before a request reaches the application.
 *
 * @param mediaType type of all bodies
 * @param body the body for a status
 */
public record PortErrors(String mediaType, IntFunction<byte[]> body) {}
