package io.freshet.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** Files below {@code deploy}, which are the configurations under test, adapted as their comments ask. */
final class DeployFile {

    private DeployFile() {}

    /**
     * Returns a file with each of these texts, which it must have, replaced by the one after it.
     *
     * @param path below {@code deploy}
     */
    static String adapted(String path, String... replacements) {
        String text = read(path);
        for (int i = 0; i < replacements.length; i += 2) {
            if (!text.contains(replacements[i])) {
                throw new IllegalStateException(path + " does not contain " + replacements[i]);
            }
            text = text.replace(replacements[i], replacements[i + 1]);
        }
        return text;
    }

    private static String read(String path) {
        try {
            return Files.readString(Repository.root().resolve("deploy").resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
