package io.freshet.benchmark.bulk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stand-ins for caches far away or overloaded. Each serves the requests of a connection one after the other and takes
 * the same time for each, in which it does nothing. No object is in its cache.
 */
final class SlowCacheServer {

    private static final int BACKLOG = 1_024;

    private final String id;
    private final long millis;
    private final AtomicLong answered;

    private SlowCacheServer(String id, long millis, AtomicLong answered) {
        this.id = id;
        this.millis = millis;
        this.answered = answered;
    }

    /**
     * Port at which a GET returns the number of answers of all nodes, milliseconds per answer, and port and id of each
     * node.
     */
    public static void main(String[] arguments) throws IOException {
        long millis = Long.parseLong(arguments[1]);
        AtomicLong answered = new AtomicLong();
        for (int i = 2; i < arguments.length; i += 2) {
            ServerSocket server = listen(arguments[i]);
            SlowCacheServer node = new SlowCacheServer(arguments[i + 1], millis, answered);
            Thread.ofPlatform().start(() -> node.accept(server));
        }
        new SlowCacheServer("all", 0, answered).accept(listen(arguments[0]));
    }

    private static ServerSocket listen(String port) throws IOException {
        return new ServerSocket(Integer.parseInt(port), BACKLOG, InetAddress.getLoopbackAddress());
    }

    private void accept(ServerSocket server) {
        try (server) {
            while (true) {
                Socket connection = server.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
            OutputStream out = connection.getOutputStream();
            for (String request = in.readLine(); request != null; request = in.readLine()) {
                skipHeaders(in);
                out.write(answer(request));
            }
        } catch (IOException _) {
            // the client has gone
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] answer(String request) throws InterruptedException {
        String status = "200 OK";
        String body = Long.toString(answered.get());
        if (request.startsWith("PURGE")) {
            TimeUnit.MILLISECONDS.sleep(millis);
            answered.incrementAndGet();
            status = "404 Not in cache";
        }
        return "HTTP/1.1 %s\r\nFreshet-Node: %s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(status, id, body.length(), body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void skipHeaders(BufferedReader in) throws IOException {
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            // nothing in them matters
        }
    }
}
