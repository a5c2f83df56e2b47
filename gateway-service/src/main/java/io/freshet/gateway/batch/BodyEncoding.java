package io.freshet.gateway.batch;

import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.springframework.http.HttpHeaders;

/** Encoding of the body of an upload. */
enum BodyEncoding {
    IDENTITY,
    GZIP;

    /**
     * Returns the encoding that the headers declare.
     *
     * @throws ProblemException 415 if it is not supported
     */
    static BodyEncoding of(HttpHeaders headers) {
        List<String> declared = headers.getOrEmpty(HttpHeaders.CONTENT_ENCODING);
        String name =
                declared.isEmpty() ? "identity" : String.join(",", declared).toLowerCase(Locale.ROOT);
        return switch (name) {
            case "identity" -> IDENTITY;
            case "gzip", "x-gzip" -> GZIP;
            default ->
                throw ProblemException.of(
                        ProblemType.UNSUPPORTED_MEDIA_TYPE,
                        "The content encoding \"" + name + "\" is not supported; use gzip or none.");
        };
    }

    InputStream decoded(InputStream body) throws IOException {
        return this == GZIP ? new GZIPInputStream(body, 8_192) : body;
    }
}
