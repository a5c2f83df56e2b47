package io.freshet.contracts.batch;

import java.util.List;

/**
 * Lines of an upload that have been read.
 *
 * @param lines all of them, blank lines and comments included
 * @param badLines lines that were not accepted
 * @param duplicates lines that repeat an object of their task
 * @param newBadLines the first bad lines, each sent once
 */
public record UploadProgress(int lines, int badLines, int duplicates, List<BadLine> newBadLines) {

    public UploadProgress {
        newBadLines = List.copyOf(newBadLines);
    }
}
