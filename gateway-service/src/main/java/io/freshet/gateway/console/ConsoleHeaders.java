package io.freshet.gateway.console;

import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Content security policy of the console: browsers load only the gateway's own files and connect only to the gateway.
 * Trusted types allow markup only from Vue, so that text of users cannot become markup.
 */
@Component
class ConsoleHeaders implements WebFilter {

    private static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types vue");

    private static final List<PathPattern> CONSOLE = Stream.of(
                    ConsolePages.HOME,
                    ConsolePages.REFRESH,
                    ConsolePages.TASKS,
                    ConsolePages.TASK,
                    ConsolePages.INSPECT,
                    ConsolePages.NODES,
                    ConsolePages.QUOTAS,
                    ConsoleFiles.ALL)
            .map(PathPatternParser.defaultInstance::parse)
            .toList();

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
        if (CONSOLE.stream().anyMatch(pattern -> pattern.matches(path))) {
            protect(exchange.getResponse().getHeaders());
        }
        return chain.filter(exchange);
    }

    private static void protect(HttpHeaders headers) {
        headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
    }
}
