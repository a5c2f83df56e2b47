package io.freshet.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Width of the Markdown files of the repository. */
class DocumentWidthTest {

    private static final int COLUMNS = 120;

    /** Tables and code cannot be wrapped, nor can the targets of links. */
    @Test
    void line_of_text_is_at_most_120_columns_wide() throws IOException {
        List<String> longLines = new ArrayList<>();
        for (Path document : documents()) {
            boolean code = false;
            for (String line : Files.readAllLines(document)) {
                code ^= line.strip().startsWith("```");
                if (!code && !line.startsWith("|") && withoutTargets(line).length() > COLUMNS) {
                    longLines.add(document + ": " + line);
                }
            }
        }
        assertThat(longLines).isEmpty();
    }

    private static String withoutTargets(String line) {
        return line.replaceAll("]\\([^)]*\\)|https?://\\S+", "]");
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> root = Files.list(Path.of(".."));
                Stream<Path> docs = Files.walk(Path.of("..", "docs"))) {
            List<Path> documents = Stream.concat(root, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
            assertThat(documents).isNotEmpty();
            return documents;
        }
    }
}
