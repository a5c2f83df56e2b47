package io.freshet.gateway.connection;

import io.freshet.gateway.limit.SharedLimit;
import io.freshet.gateway.problem.Problem;
import io.freshet.gateway.problem.ProblemType;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.http.server.HttpServer;

/** Customizer that guards the main port, whose errors are problems. */
@Component
class MainPortCustomizer implements NettyServerCustomizer {

    private final PortGuard guard;

    MainPortCustomizer(ConnectionProperties properties, MeterRegistry meters) {
        this.guard = new PortGuard(
                "main",
                new SharedLimit(properties.max(), properties.maxPerAddress()),
                properties,
                new PortErrors(Problem.MEDIA_TYPE.toString(), MainPortCustomizer::problem),
                meters);
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return guard.addTo(server);
    }

    private static byte[] problem(int status) {
        ProblemType type = ProblemType.ofStatus(status);
        return Problem.of(
                        type,
                        type == ProblemType.UNAVAILABLE
                                ? "Too many connections are open, in total or from this address. Retry later."
                                : "The request is not valid HTTP, or its request line or headers are too long.")
                .toJson();
    }
}
