package io.freshet.benchmark.bulk;

import io.freshet.benchmark.measure.AnswerCounter;
import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.NginxSite;
import io.freshet.cluster.process.ProcessPlatform.Cache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Target of purges: one node, or several in one process.
 *
 * @param ids of the nodes
 * @param addresses of the nodes, in the same order
 * @param answered how many requests they have answered so far, together, probes included
 */
public record PurgedNodes(List<String> ids, List<Address> addresses, LongSupplier answered) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** The socket that listens, and those of four workers. */
    private static final int CONNECTIONS_PER_NODE = 50;

    /** A Varnish; its own counter is asked. */
    static PurgedNodes varnish(BenchmarkEnvironment ground, String id, Address above) {
        Cache cache = ground.varnish(id, above);
        Path instance = ground.folder(id).resolve("varnish");
        List<String> command = List.of("varnishstat", "-1", "-n", instance.toString(), "-f", "MAIN.client_req");
        return new PurgedNodes(
                List.of(id), List.of(cache.address()), () -> firstNumber(output(command), "\\s(\\d+)\\s"));
    }

    /**
     * Stand-ins that only answer, as fast as anything can: one nginx that listens on many ports, none of which keeps
     * anything.
     */
    static PurgedNodes standIns(BenchmarkEnvironment ground, String name, int count) {
        List<String> ids = names(name, count);
        List<Address> addresses =
                ids.stream().map(_ -> BenchmarkEnvironment.free()).toList();
        String http = "keepalive_requests 1000000000;\n"
                + IntStream.range(0, count)
                        .mapToObj(i -> """
                                server {
                                    listen %s;
                                    location / { add_header Freshet-Node %s always; return 404 "Not in cache\\n"; }
                                }
                                """.formatted(addresses.get(i).inside(), ids.get(i)))
                        .collect(Collectors.joining());
        int connections = 1_024 + count * CONNECTIONS_PER_NODE;
        Address main = ground.nginx(name, new NginxSite(List.of(), http, "location / { stub_status; }", connections));
        return new PurgedNodes(ids, addresses, () -> firstNumber(get(main.fromHere()), "requests\\s+\\d+ \\d+ (\\d+)"));
    }

    /** Servers that take this time for each answer of a connection, in one process; see {@link SlowCacheServer}. */
    static PurgedNodes slow(BenchmarkEnvironment ground, String process, int millis, List<String> ids) {
        List<Address> addresses =
                ids.stream().map(_ -> BenchmarkEnvironment.free()).toList();
        List<String> arguments = new ArrayList<>(List.of(Integer.toString(millis)));
        for (int i = 0; i < ids.size(); i++) {
            arguments.addAll(List.of(addresses.get(i).insidePort(), ids.get(i)));
        }
        Address all = ground.java(process, SlowCacheServer.class, arguments.toArray(String[]::new));
        return new PurgedNodes(ids, addresses, () -> firstNumber(get(all.fromHere()), "(\\d+)"));
    }

    static List<String> names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).toList();
    }

    private static long firstNumber(String text, String pattern) {
        Matcher number = Pattern.compile(pattern).matcher(text);
        if (!number.find()) {
            throw new IllegalStateException("expected " + pattern + " in " + text);
        }
        return Long.parseLong(number.group(1));
    }

    private static String get(URI uri) {
        try {
            return HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String output(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns a counter of purges as the nodes count them. A Varnish tells what it has counted when its connections
     * have nothing to do for a moment, and not before.
     */
    static AnswerCounter counter(List<PurgedNodes> nodes) {
        return AnswerCounter.of(() ->
                nodes.stream().mapToLong(node -> node.answered().getAsLong()).sum());
    }
}
