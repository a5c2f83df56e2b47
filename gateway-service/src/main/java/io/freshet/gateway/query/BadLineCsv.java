package io.freshet.gateway.query;

import static io.freshet.gateway.query.Csv.text;

import io.freshet.contracts.batch.BadLine;
import io.freshet.contracts.batch.BadLinePage;
import java.util.List;
import reactor.core.publisher.Flux;

/** Bad lines of a batch as CSV, page by page. */
final class BadLineCsv {

    private static final List<String> COLUMNS = List.of("line", "error", "text");

    private BadLineCsv() {}

    /** Returns the header line, then a text for each page. */
    static Flux<String> of(Flux<BadLinePage> pages) {
        return Csv.of(
                COLUMNS,
                pages.map(page -> page.lines().stream().map(BadLineCsv::row).toList()));
    }

    private static List<String> row(BadLine line) {
        return List.of(Integer.toString(line.line()), text(line.error()), text(line.text()));
    }
}
