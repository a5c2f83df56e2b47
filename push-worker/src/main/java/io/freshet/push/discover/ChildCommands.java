package io.freshet.push.discover;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.message.ChildScope;
import io.freshet.contracts.message.ChildTaskId;
import io.freshet.contracts.message.PushCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Commands for the children of one manifest.
 *
 * @param commands by domain, with few objects each; the same manifest makes the same commands
 * @param remark what was skipped; null if nothing was
 */
public record ChildCommands(
        List<PushCommand> commands, @Nullable String remark) {

    /** Objects of one command, so that children of large manifests take turns with other tasks. */
    private static final int MAX_OBJECTS = 250;

    /** Length of the URLs of one command, which fits into a Kafka record many times. */
    private static final int MAX_BYTES = 500_000;

    /**
     * Returns the commands.
     *
     * @param push whose object is the manifest, with a scope
     * @param manifest canonical URL of it
     * @param body as it travelled
     * @param defaultLimit children of a manifest that the account has named, together with theirs
     * @throws ManifestException if the manifest cannot be followed
     */
    public static ChildCommands of(PushCommand push, String manifest, byte[] body, int defaultLimit)
            throws ManifestException {
        ChildScope scope = requireNonNull(push.children(), "children");
        int limit = scope.limit() == null ? defaultLimit : scope.limit();
        Children children = Children.of(manifest, ManifestReader.read(manifest, body, limit), scope);
        List<PushCommand> commands = new ArrayList<>();
        // What is left is shared, so that the manifests below cannot add more than that together.
        int share = (limit - children.count()) / Math.max(1, children.countManifests());
        add(commands, push, manifest, children.manifests(), children.scopeBelow(share));
        add(commands, push, manifest, children.objects(), null);
        return new ChildCommands(commands, children.remark());
    }

    private static void add(
            List<PushCommand> commands,
            PushCommand push,
            String manifest,
            SequencedMap<String, List<String>> byDomain,
            @Nullable ChildScope scope) {
        byDomain.forEach((domain, urls) -> {
            for (List<String> chunk : chunks(urls)) {
                ChildTaskId id = ChildTaskId.of(requireNonNull(push.progressOf()), manifest, chunk);
                commands.add(push.child(id, domain, chunk, scope));
            }
        });
    }

    private static List<List<String>> chunks(List<String> urls) {
        List<List<String>> chunks = new ArrayList<>();
        int from = 0;
        int bytes = 0;
        for (int i = 0; i < urls.size(); i++) {
            int length = urls.get(i).length();
            if (i > from && (i - from == MAX_OBJECTS || bytes + length > MAX_BYTES)) {
                chunks.add(urls.subList(from, i));
                from = i;
                bytes = 0;
            }
            bytes += length;
        }
        chunks.add(urls.subList(from, urls.size()));
        return chunks;
    }
}
