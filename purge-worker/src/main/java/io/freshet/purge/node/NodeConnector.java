package io.freshet.purge.node;

import io.freshet.fleet.node.Node;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.http.HttpEndpoint;
import io.freshet.purge.http.PipelineLimits;
import io.freshet.purge.http.PipelinedHttpConnection;
import io.freshet.purge.http.ReadPacer;
import io.freshet.purge.http.ResponseHead;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Factory of the connections to one node, by purpose. */
final class NodeConnector {

    private final HttpEndpoint endpoint;
    private final List<String> headers;
    private final NodeProperties properties;
    private final ReadPacer pacer;

    NodeConnector(Node node, PurgeDriver driver, NodeProperties properties) {
        this.endpoint =
                new HttpEndpoint(node.address().getHost(), node.address().getPort(), node.tls());
        this.headers = lowerCase(driver.headers());
        this.properties = properties;
        this.pacer = new ReadPacer(properties.stallTimeout());
    }

    PipelinedHttpConnection forPurges() {
        return connection(
                new PipelineLimits(
                        properties.maxPipelinedRequests(),
                        properties.connectTimeout(),
                        properties.answerTimeout(),
                        properties.stallTimeout()),
                pacer);
    }

    /** Returns a connection for single requests that may take as long as a purge. */
    PipelinedHttpConnection forFlush() {
        return connection(
                new PipelineLimits(
                        1, properties.connectTimeout(), properties.answerTimeout(), properties.answerTimeout()),
                pacer);
    }

    /**
     * Returns a connection for requests that the node answers at once.
     *
     * @param more headers that answers hold, beside those of every answer
     */
    PipelinedHttpConnection forBans(List<String> more) {
        PipelineLimits limits = new PipelineLimits(
                properties.maxPipelinedRequests(),
                properties.connectTimeout(),
                properties.slowTimeout(),
                properties.slowTimeout());
        return new PipelinedHttpConnection(endpoint, with(more), limits, pacer);
    }

    private List<String> with(List<String> more) {
        return Stream.concat(headers.stream(), lowerCase(more).stream()).toList();
    }

    PipelinedHttpConnection forProbes() {
        return connection(probeLimits(), new ReadPacer(properties.probeTimeout()));
    }

    /**
     * Returns a connection for single looks.
     *
     * @param more headers that answers hold, beside those of every answer
     */
    PipelinedHttpConnection forLooks(List<String> more) {
        return new PipelinedHttpConnection(
                endpoint, with(more), probeLimits(), new ReadPacer(properties.probeTimeout()));
    }

    private static List<String> lowerCase(List<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    private PipelineLimits probeLimits() {
        return new PipelineLimits(1, properties.probeTimeout(), properties.probeTimeout(), properties.probeTimeout());
    }

    private PipelinedHttpConnection connection(PipelineLimits limits, ReadPacer by) {
        return new PipelinedHttpConnection(endpoint, headers, limits, by);
    }

    /** Returns a response as the drivers read it. */
    static PurgeAnswer answer(ResponseHead response) {
        return new PurgeAnswer(response.status(), response.reason(), response.headers());
    }
}
