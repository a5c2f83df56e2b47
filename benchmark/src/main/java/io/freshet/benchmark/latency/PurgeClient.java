package io.freshet.benchmark.latency;

import io.freshet.benchmark.latency.KeepAliveConnection.ConnectionResponse;
import io.freshet.benchmark.measure.Latencies;
import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.Vcl;
import java.io.IOException;

/** Purges on one kept connection to a Varnish, one at a time. */
final class PurgeClient implements AutoCloseable {

    private final KeepAliveConnection connection;

    PurgeClient(Address varnish) throws IOException {
        connection = new KeepAliveConnection(varnish.fromHere());
    }

    /** One purge after the other, each until its answer is there. */
    Latencies measure(int warmUp, int count) throws IOException {
        for (int i = 0; i < warmUp; i++) {
            purge(i);
        }
        Latencies latencies = new Latencies();
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            purge(i);
            latencies.add(System.nanoTime() - began);
        }
        return latencies;
    }

    private void purge(int i) throws IOException {
        ConnectionResponse answer =
                connection.ask("PURGE /alone/" + i + ".html HTTP/1.1\r\nHost: site.test\r\nFreshet-Token: " + Vcl.TOKEN
                        + "\r\nX-Forwarded-Proto: http\r\n\r\n");
        if (answer.status() != 404) {
            throw new IOException("expected 404, for there is no such page, but was " + answer);
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
