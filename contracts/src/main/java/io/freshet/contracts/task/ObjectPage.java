package io.freshet.contracts.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code nextPageToken} asks for what follows; null on the last page. */
public record ObjectPage(List<ObjectView> objects, @Nullable String nextPageToken) {

    public ObjectPage {
        objects = List.copyOf(objects);
    }
}
