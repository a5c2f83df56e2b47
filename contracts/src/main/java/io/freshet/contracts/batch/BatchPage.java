package io.freshet.contracts.batch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches, newest first; {@code nextPageToken} asks for what follows, null on the last page. */
public record BatchPage(List<BatchView> batches, @Nullable String nextPageToken) {

    public BatchPage {
        batches = List.copyOf(batches);
    }
}
