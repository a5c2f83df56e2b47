package io.freshet.gateway.problem;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.http.server.HttpServer;

/** Customizer by which Netty's responses to requests that it cannot decode are problems. */
@Component
class DecoderErrorCustomizer implements NettyServerCustomizer {

    @Override
    public HttpServer apply(HttpServer server) {
        return DecoderErrorResponses.addTo(server, Problem.MEDIA_TYPE.toString(), DecoderErrorCustomizer::problem);
    }

    private static byte[] problem(int status) {
        return Problem.of(
                        ProblemType.ofStatus(status),
                        "The request is not valid HTTP, or its request line or headers are too long.")
                .toJson();
    }
}
