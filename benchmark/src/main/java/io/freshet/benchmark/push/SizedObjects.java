package io.freshet.benchmark.push;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.NginxSite;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.List;
import java.util.stream.Collectors;

/** An origin with directories whose objects all have one size. Each path exists. */
enum SizedObjects {
    KB_1("1 KB", 1 << 10),
    MB_1("1 MB", 1 << 20),
    MB_100("100 MB", 100 << 20);

    private final String size;
    private final int bytes;

    SizedObjects(String size, int bytes) {
        this.size = size;
        this.bytes = bytes;
    }

    static Address origin(BenchmarkEnvironment ground, String id) throws IOException {
        for (SizedObjects objects : values()) {
            try (RandomAccessFile file = new RandomAccessFile(
                    ground.folder(id).resolve(objects.file()).toFile(), "rw")) {
                file.setLength(objects.bytes);
            }
        }
        String locations =
                List.of(values()).stream().map(SizedObjects::location).collect(Collectors.joining());
        return ground.nginx(
                id,
                new NginxSite(
                        List.of(),
                        "keepalive_requests 1000000000; sendfile on; open_file_cache max=10;",
                        "root .; default_type text/plain; add_header Cache-Control \"public, max-age=3600\";\n"
                                + locations));
    }

    private String location() {
        return this == KB_1
                ? "location /%s/ { return 200 \"%s\"; }\n".formatted(directory(), BenchmarkEnvironment.PAGE)
                : "location /%s/ { rewrite ^ /%s break; }\n".formatted(directory(), file());
    }

    /** Returns the first segment of the paths. */
    String directory() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    private String file() {
        return directory() + ".bin";
    }

    double megabytes() {
        return (double) bytes / (1 << 20);
    }

    @Override
    public String toString() {
        return size;
    }
}
