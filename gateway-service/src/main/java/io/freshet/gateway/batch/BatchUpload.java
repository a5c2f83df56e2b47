package io.freshet.gateway.batch;

import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.batch.EndedBatch;
import io.freshet.contracts.batch.OnError;
import io.freshet.contracts.batch.RecordedChunk;
import io.freshet.contracts.batch.UploadState;
import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.batch.ObjectBuffer.DomainObjects;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.canonical.DomainObject;
import io.freshet.gateway.request.canonical.RequestCanonicaliser;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the lines of one upload, validates them and records their tasks. */
@Blocking
final class BatchUpload {

    private final RequestCanonicaliser canonicaliser;
    private final Account account;
    private final BatchOptions options;
    private final LineFormat format;
    private final int maxLines;
    private final UploadSession session;
    private final ObjectBuffer buffer;
    private final LineCounts counts;
    /** The quota that a task exceeds; null while there is none. No line after it is accepted. */
    private @Nullable QuotaExceeded exceeded;

    BatchUpload(
            RequestCanonicaliser canonicaliser,
            Account account,
            BatchOptions options,
            LineFormat format,
            int maxLines,
            UploadSession session,
            ObjectBuffer buffer,
            LineCounts counts) {
        this.canonicaliser = canonicaliser;
        this.account = account;
        this.options = options;
        this.format = format;
        this.maxLines = maxLines;
        this.session = session;
        this.buffer = buffer;
        this.counts = counts;
    }

    /** The end of an upload whose lines have all been read. */
    record UploadResult(EndedBatch ended, @Nullable QuotaExceeded exceeded) {}

    /**
     * Reads all lines and ends the upload.
     *
     * @throws ProblemException if the upload cannot go on; the caller must end it
     */
    UploadResult run(LineReader lines) throws IOException {
        for (UploadLine line = lines.next(); line != null; line = lines.next()) {
            if (line.number() > maxLines) {
                throw ProblemException.of(ProblemType.TOO_LARGE, "The batch has more than " + maxLines + " lines.");
            }
            counts.read(line);
            read(line);
        }
        if (isAccepting()) {
            buffer.removeAll(this::record);
        }
        return end();
    }

    private void read(UploadLine line) {
        try {
            if (line.error() != null) {
                throw new InvalidObjectException(line.error());
            }
            String text = format.object(line.text());
            if (text != null) {
                add(line, canonicaliser.objects(account, options.type(), options.domain(), text));
            }
        } catch (InvalidObjectException e) {
            counts.bad(line.number(), line.text(), e.reason());
        }
    }

    /** Adds the objects of a line, each of another domain. */
    private void add(UploadLine line, List<DomainObject> objects) {
        boolean isNew = false;
        boolean isRead = isAccepting();
        for (DomainObject object : objects) {
            if (exceeded != null) {
                refuse(line.number(), object.url(), exceeded);
            } else if (isAccepting()) {
                isNew |= buffer.add(object.domain(), object.url(), line.number(), this::record);
            }
        }
        if (isRead && !isNew) {
            counts.duplicate();
        }
    }

    /** Returns whether tasks are recorded: not after the quota is exceeded, or a bad line has refused the batch. */
    private boolean isAccepting() {
        return exceeded == null && !isRefused();
    }

    private boolean isRefused() {
        return options.onError() == OnError.REFUSE && counts.bad() > 0;
    }

    private void record(DomainObjects objects) {
        if (exceeded != null) {
            refuse(objects, exceeded);
            return;
        }
        RecordedChunk recorded = session.record(objects);
        switch (recorded.outcome()) {
            case RECORDED -> {}
            case OVER_QUOTA -> exceed(objects, recorded.quota());
            case CONFLICT -> throw BatchProblems.otherLines(session.batch());
            case ENDED -> throw BatchProblems.ended(session.batch(), recorded.upload());
        }
    }

    /** Refuses the objects, and all that are in the buffer. */
    private void exceed(DomainObjects objects, @Nullable QuotaExceeded quota) {
        exceeded = quota;
        if (quota != null) {
            refuse(objects, quota);
            buffer.removeAll(rest -> refuse(rest, quota));
        }
    }

    private void refuse(DomainObjects objects, QuotaExceeded quota) {
        for (int i = 0; i < objects.objects().size(); i++) {
            refuse(objects.lines().get(i), objects.objects().get(i), quota);
        }
    }

    private void refuse(int line, String url, QuotaExceeded quota) {
        counts.bad(line, url, "exceeds the daily quota of " + quota.limit());
    }

    private UploadResult end() {
        if (isRefused()) {
            return new UploadResult(session.end(UploadState.REFUSED, counts.bad() + " lines are invalid."), null);
        }
        if (session.chunks() == 0) {
            return new UploadResult(session.end(UploadState.REFUSED, "No line was accepted."), exceeded);
        }
        return new UploadResult(
                session.end(
                        UploadState.RECEIVED,
                        exceeded == null ? null : "The daily quota of " + exceeded.limit() + " was exceeded."),
                exceeded);
    }
}
