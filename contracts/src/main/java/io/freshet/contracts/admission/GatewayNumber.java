package io.freshet.contracts.admission;

/**
 * Response of {@code PUT /gateway-numbers/{holder}}: the number that only this gateway has. The lease must be renewed
 * by the same request.
 *
 * @param number part of the task ids that the gateway draws, 0 to 511
 */
public record GatewayNumber(int number) {}
