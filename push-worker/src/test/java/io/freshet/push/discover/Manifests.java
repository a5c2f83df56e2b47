package io.freshet.push.discover;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Reading of manifests in tests. */
final class Manifests {

    static final String URL = "https://h.example/v/m";

    private Manifests() {}

    static ManifestLinks read(String text) throws ManifestException {
        return ManifestReader.read(URL, text.getBytes(StandardCharsets.UTF_8), 10_000);
    }

    /** Returns the objects without the directory of the manifest. */
    static List<String> objects(String text) throws ManifestException {
        return read(text).objects().stream().map(Manifests::relative).toList();
    }

    static List<String> manifests(String text) throws ManifestException {
        return read(text).manifests().stream().map(Manifests::relative).toList();
    }

    private static String relative(String url) {
        return url.startsWith("https://h.example/v/") ? url.substring("https://h.example/v/".length()) : url;
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
