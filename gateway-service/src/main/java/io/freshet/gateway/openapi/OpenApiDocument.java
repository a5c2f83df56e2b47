package io.freshet.gateway.openapi;

import io.freshet.gateway.problem.Problem;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Objects;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;

/** The parts of {@code /openapi.json} that concern all handlers; the rest is declared at the handlers. */
@Configuration(proxyBeanMethods = false)
class OpenApiDocument {

    private static final String TOKEN = "token";

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("Freshet")
                        .version("v1")
                        .description("Refreshes and pushes the content of a cache fleet and shows the progress. Every "
                                + "error is a"
                                + " problem detail (RFC 9457) with a stable type; errors[] names the "
                                + "invalid entries.")
                        .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .components(new Components()
                        .addSecuritySchemes(
                                TOKEN,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .description("A token of the account, or a JSON Web Token of the issuer that"
                                                + " the gateway trusts, if there is one. Either may be limited to"
                                                + " the scopes read, refresh, push and operate.")))
                .addSecurityItem(new SecurityRequirement().addList(TOKEN));
    }

    /** Adds the schemas that springdoc does not find at the handlers' signatures. */
    @Bean
    OpenApiCustomizer schemas(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping handlers) {
        return document -> Stream.concat(Stream.of(Problem.class), bodies(handlers))
                .forEach(type ->
                        ModelConverters.getInstance(true).readAll(type).forEach(document.getComponents()::addSchemas));
    }

    private static Stream<Class<?>> bodies(RequestMappingHandlerMapping handlers) {
        return handlers.getHandlerMethods().values().stream()
                .map(handler -> handler.getMethodAnnotation(JsonBody.class))
                .filter(Objects::nonNull)
                .<Class<?>>map(JsonBody::value)
                .distinct();
    }
}
