package io.freshet.push.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.push.fetch.FetchOutcome.Fetched;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory of a client against a server whose bodies are as long as their path says. */
class LargeBodyTest {

    private static final long GB_10 = 10L << 30;
    private static final Driver HTTP = new Driver.Http("nginx", "PURGE", Map.of(), null, "", null, null, null);
    private static final FetchTimeouts TIMEOUTS =
            new FetchTimeouts(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMinutes(10));

    @Test
    void memory_for_10_gb_is_that_for_1_kb(@TempDir Path folder) throws Exception {
        try (RandomAccessFile zeros =
                        new RandomAccessFile(folder.resolve("zeros").toFile(), "rw");
                ServerSocketChannel server = ServerSocketChannel.open();
                NodeClient client = new NodeClient(TIMEOUTS, new SimpleMeterRegistry(), Clock.systemUTC())) {
            zeros.setLength(64 << 20);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread.ofPlatform().daemon().start(() -> serve(server, zeros.getChannel()));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            Node node = new Node("l2-a", URI.create("http://127.0.0.1:" + port), HTTP);
            get(client, node, 1_024);
            long buffers = directBytes();
            long allocated = get(client, node, GB_10);
            assertThat(directBytes()).as("direct buffers").isLessThan(buffers + (1 << 20));
            assertThat(allocated).as("bytes allocated in the heap").isLessThan(GB_10 / 100);
        }
    }

    /** Returns the bytes that the current thread allocated. */
    private static long get(NodeClient client, Node node, long size) throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        FetchOutcome outcome = client.get(
                node, PublicUrl.parse("http://a.test/" + size), Map.of(), ReadThrottle.UNLIMITED, BodySink.DISCARD);
        assertThat(outcome).isEqualTo(new Fetched(size, false));
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static void serve(ServerSocketChannel server, FileChannel zeros) {
        try (SocketChannel connection = server.accept()) {
            BufferedReader in = new BufferedReader(Channels.newReader(connection, ISO_8859_1));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("GET /")) {
                    long size = Long.parseLong(line.split("[/ ]")[2]);
                    String header = "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n";
                    connection.write(ByteBuffer.wrap(header.getBytes(ISO_8859_1)));
                    send(connection, zeros, size);
                }
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static void send(SocketChannel connection, FileChannel zeros, long size) throws IOException {
        for (long sent = 0; sent < size; ) {
            sent += zeros.transferTo(0, Math.min(size - sent, zeros.size()), connection);
        }
    }
}
