package io.freshet.push.discover;

import io.freshet.push.fetch.BodySink;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the body of an object while it may be a manifest, of the first variant that can be read. Used by one thread at
 * a time.
 */
public final class ManifestCapture implements BodySink, AutoCloseable {

    /** Largest manifest as it travels. */
    private static final int MAX_BYTES = 8_000_000;

    private static final Set<String> READABLE = Set.of("", "identity", "gzip", "x-gzip");

    /**
     * A manifest as it travelled.
     *
     * @param url of the response
     */
    public record Manifest(String url, byte[] body) {}

    /** State of the reading. */
    private enum ReadingState {
        /** Too few bytes to tell. */
        BEGINNING,
        MANIFEST,
        /** Nothing to read, and nothing kept. */
        OTHER
    }

    private final CaptureMemory memory;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private ReadingState state = ReadingState.OTHER;
    private boolean done;
    private String url = "";
    private @Nullable String problem;

    public ManifestCapture(CaptureMemory memory) {
        this.memory = memory;
    }

    @Override
    public void start(int status, UnaryOperator<@Nullable String> header) {
        if (done) {
            return;
        }
        drop();
        problem = null;
        state = status == 200 ? ReadingState.BEGINNING : ReadingState.OTHER;
        String encoding = header.apply("Content-Encoding");
        if (state == ReadingState.BEGINNING && encoding != null && !isReadable(encoding)) {
            state = ReadingState.OTHER;
            if (ManifestFormat.isContentType(header.apply("Content-Type"))) {
                problem = "is encoded as " + Excerpt.of(encoding) + ", which cannot be read; push a variant with gzip"
                        + " or without an encoding, too";
            }
        }
    }

    private static boolean isReadable(String encoding) {
        return READABLE.contains(encoding.strip().toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean takesBody() {
        return !done && state != ReadingState.OTHER;
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
        if (state == ReadingState.OTHER) {
            return;
        }
        if (body.size() + length > MAX_BYTES) {
            problem = isManifest() ? "is larger than " + MAX_BYTES / 1_000_000 + " MB" : null;
            drop();
            return;
        }
        if (!memory.tryTake(length)) {
            problem = "was not read, since many large manifests arrive at the same time; retry it";
            drop();
            return;
        }
        body.write(buffer, offset, length);
        if (state == ReadingState.BEGINNING && body.size() >= ManifestFormat.PREFIX_BYTES) {
            decide();
        }
    }

    /**
     * Notes that the node has this variant. The first manifest is kept.
     *
     * @param from URL of the response, of which references in the manifest are relative
     */
    public void variantDone(String from) {
        if (state == ReadingState.BEGINNING) {
            decide();
        }
        if (!done && state == ReadingState.MANIFEST) {
            done = true;
            url = from;
        }
    }

    private void decide() {
        if (isManifest()) {
            state = ReadingState.MANIFEST;
        } else {
            drop();
        }
    }

    private boolean isManifest() {
        return state == ReadingState.MANIFEST || ManifestReader.isManifest(body.toByteArray(), body.size());
    }

    private void drop() {
        state = ReadingState.OTHER;
        memory.giveBack(body.size());
        body.reset();
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        drop();
    }

    /**
     * Returns the manifest; empty if the object is none.
     *
     * @throws ManifestException if it is one that was not kept
     */
    public Optional<Manifest> manifest() throws ManifestException {
        if (done) {
            return Optional.of(new Manifest(url, body.toByteArray()));
        }
        if (problem != null) {
            throw new ManifestException(problem);
        }
        return Optional.empty();
    }
}
