package io.freshet.contracts.batch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bad lines of a batch by number; {@code nextPageToken} asks for what follows, null on the last page. */
public record BadLinePage(List<BadLine> lines, @Nullable String nextPageToken) {

    public BadLinePage {
        lines = List.copyOf(lines);
    }
}
