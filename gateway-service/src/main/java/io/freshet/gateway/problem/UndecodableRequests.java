package io.freshet.gateway.problem;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.http.server.HttpServer;

/** Makes what Netty answers by itself problems too. */
@Component
class UndecodableRequests implements NettyServerCustomizer {

    @Override
    public HttpServer apply(HttpServer server) {
        return BareRefusals.explained(server, Problem.MEDIA_TYPE.toString(), UndecodableRequests::problem);
    }

    private static byte[] problem(int status) {
        return Problem.of(ProblemType.ofStatus(status), "the connection's HTTP decoder refused the request")
                .toJson();
    }
}
