package io.freshet.purge.http;

import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Server on a plain socket that executes a script for each request, which may also violate HTTP. */
public final class ScriptedServer implements AutoCloseable {

    /** Kinds of requests that are not purges, by their header. A script gets the kind instead of the request line. */
    private static final Map<String, String> KINDS =
            Map.of("Freshet-Probe: 1", "PROBE", "Freshet-Look: 1", "LOOK", "Freshet-Canary: 1", "CANARY");

    /** Reaction to one request. */
    public interface Script {
        void answer(String requestLine, OutputStream out, Socket connection) throws Exception;
    }

    private final ServerSocket listener;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> looks = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final Set<Socket> usedForPurges = ConcurrentHashMap.newKeySet();
    private volatile Script script;

    public ScriptedServer(Script script) throws IOException {
        this(script, 0);
    }

    public ScriptedServer(Script script, int port) throws IOException {
        this(script, new ServerSocket(port, 50, InetAddress.getLoopbackAddress()));
    }

    public ScriptedServer(Script script, ServerSocket listener) {
        this.script = script;
        this.listener = listener;
        Thread.ofVirtual().start(this::accept);
    }

    public static Script saying(String answer) {
        return (_, out, _) -> out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    public Node node() {
        return new Node(
                "n1",
                URI.create("http://127.0.0.1:" + listener.getLocalPort()),
                new Driver.Varnish("varnish", "s3cret"));
    }

    public int port() {
        return listener.getLocalPort();
    }

    public void become(Script next) {
        script = next;
    }

    /** Request lines of purges. */
    public List<String> purges() {
        return requests;
    }

    /** Kinds and request lines of looks and canaries. */
    public List<String> looks() {
        return looks;
    }

    public int connectionsAccepted() {
        return accepted.get();
    }

    public int connectionsUsedForPurges() {
        return usedForPurges.size();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket connection = listener.accept();
                accepted.incrementAndGet();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String kind = "";
                for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
                    kind = KINDS.getOrDefault(header, kind);
                }
                if (kind.isEmpty()) {
                    requests.add(line);
                    usedForPurges.add(connection);
                } else if (!kind.equals("PROBE")) {
                    looks.add(kind + ' ' + line);
                }
                script.answer(kind.isEmpty() ? line : kind, connection.getOutputStream(), connection);
                connection.getOutputStream().flush();
            }
        } catch (Exception e) {
            // the other side has gone, as the test wanted
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
