package io.freshet.contracts.batch;

/**
 * A line that was not accepted.
 *
 * @param line number of the line in the file, from 1
 * @param error reason, for people
 * @param text beginning of the line
 */
public record BadLine(int line, String error, String text) {}
