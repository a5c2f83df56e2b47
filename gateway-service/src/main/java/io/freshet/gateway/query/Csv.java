package io.freshet.gateway.query;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import reactor.core.publisher.Flux;

/** CSV (RFC 4180) of pages of rows. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
final class Csv {

    static final String MEDIA_TYPE = "text/csv;charset=UTF-8";

    /** Characters that begin a formula in a spreadsheet. */
    private static final String FORMULA_STARTS = "=+-@\t\r\n";

    private Csv() {}

    /** Returns the header line, then a text for each page. */
    static Flux<String> of(List<String> columns, Flux<List<List<String>>> pages) {
        return pages.map(Csv::lines).startWith(lines(List.of(columns)));
    }

    /** Returns a response that browsers save as a file of this name. */
    static ResponseEntity<Flux<String>> file(String name, Flux<String> csv) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .body(csv);
    }

    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static String time(@Nullable Object time) {
        return time == null ? "" : time.toString();
    }

    static String text(List<String> words) {
        return text(String.join(" ", words));
    }

    static String text(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        return FORMULA_STARTS.indexOf(text.charAt(0)) >= 0 ? '\'' + text : text;
    }

    private static String lines(List<List<String>> rows) {
        StringWriter lines = new StringWriter();
        CsvWriter csv = CsvWriter.builder()
                .lineDelimiter(LineDelimiter.CRLF)
                .bufferSize(0)
                .build(lines);
        rows.forEach(csv::writeRecord);
        return lines.toString();
    }
}
