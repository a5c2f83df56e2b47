package io.freshet.gateway.batch;

import io.freshet.contracts.batch.BadLine;
import io.freshet.contracts.batch.UploadProgress;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.problem.Violations;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Counts of the lines of an upload, with the first bad ones. */
final class LineCounts {

    private static final int SHOWN = 200;

    private final int maxReported;
    private final List<Violation> violations = new ArrayList<>();
    /** Bad lines that task-service does not have yet. */
    private final List<BadLine> unreported = new ArrayList<>();

    private final BitSet badLines = new BitSet();

    private int lines;
    private int bad;
    private int duplicates;

    /**
     * Creates counts of 0.
     *
     * @param maxReported bad lines that are reported to task-service
     */
    LineCounts(int maxReported) {
        this.maxReported = maxReported;
    }

    void read(UploadLine line) {
        lines = line.number();
    }

    void duplicate() {
        duplicates++;
    }

    /**
     * Counts a bad line, once however many of its objects are. The text shown is its beginning, without control
     * characters.
     */
    void bad(int line, String text, String error) {
        if (badLines.get(line)) {
            return;
        }
        badLines.set(line);
        if (bad++ < maxReported) {
            unreported.add(new BadLine(line, plain(error), plain(text)));
        }
        if (violations.size() < Violations.MAX) {
            violations.add(Violation.line(line, plain(error)));
        }
    }

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        text.codePoints()
                .limit(SHOWN)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '\ufffd' : c)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }

    /** Returns the progress, with the bad lines that task-service does not have yet. */
    UploadProgress progress() {
        return new UploadProgress(lines, bad, duplicates, unreported);
    }

    /** Forgets the bad lines of a progress that task-service has recorded. */
    void reported(UploadProgress progress) {
        unreported.subList(0, progress.newBadLines().size()).clear();
    }

    int lines() {
        return lines;
    }

    int bad() {
        return bad;
    }

    /** Returns the first bad lines for a problem. */
    List<Violation> violations() {
        return violations;
    }
}
