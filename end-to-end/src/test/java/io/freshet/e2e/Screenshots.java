package io.freshet.e2e;

import io.freshet.cluster.process.Repository;
import io.freshet.e2e.browser.Browser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Pictures of the console for the documentation; kept in {@code docs/console} with {@code -Dfreshet.screenshots}, else
 * in {@code target}.
 */
final class Screenshots {

    private static final Path FOLDER = System.getProperty("freshet.screenshots") == null
            ? Repository.folder("screenshots")
            : Repository.root().resolve("docs/console");

    private Screenshots() {}

    static void take(Browser browser, String name) {
        try {
            Files.createDirectories(FOLDER);
            Files.write(FOLDER.resolve(name + ".png"), browser.screenshot());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
