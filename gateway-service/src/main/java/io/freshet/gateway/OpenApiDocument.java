package io.freshet.gateway;

import static java.util.Objects.requireNonNull;

import io.freshet.gateway.problem.Problem;
import io.freshet.gateway.problem.ProblemType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What {@code /openapi.json} says beside what the controllers tell by themselves: the token, the idempotency key, and the problems. */
@Configuration(proxyBeanMethods = false)
class OpenApiDocument {

    private static final String TOKEN = "token";
    private static final String PROBLEM = "Problem";
    private static final Set<ProblemType> ANYWHERE = EnumSet.of(
            ProblemType.INVALID_REQUEST,
            ProblemType.UNAUTHORIZED,
            ProblemType.NOT_ACCEPTABLE,
            ProblemType.INTERNAL,
            ProblemType.UNAVAILABLE);
    private static final Set<ProblemType> OF_BODIES =
            EnumSet.of(ProblemType.REQUEST_TIMEOUT, ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE);
    private static final Set<ProblemType> OF_TASKS =
            EnumSet.of(ProblemType.IDEMPOTENCY_KEY_REUSED, ProblemType.QUOTA_EXCEEDED, ProblemType.RATE_LIMITED);
    private static final String REPEAT = "/v1/tasks/{taskId}/repeat";
    private static final Set<String> MAKES_TASKS = Set.of("/v1/refreshes", "/v1/pushes", REPEAT);

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("Freshet")
                        .version("v1")
                        .description(
                                "Refresh and push content of a cache fleet, and see what became of it. Every error is a"
                                        + " problem detail (RFC 9457) with a stable type; errors[] names the entries that are to blame.")
                        .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .components(new Components()
                        .addSecuritySchemes(
                                TOKEN,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")))
                .addSecurityItem(new SecurityRequirement().addList(TOKEN));
    }

    @Bean
    OpenApiCustomizer problems() {
        return document -> {
            ModelConverters.getInstance(true).readAll(Problem.class).forEach(document.getComponents()::addSchemas);
            document.getPaths().forEach((path, item) -> complete(path, item));
        };
    }

    private static void complete(String path, PathItem item) {
        item.readOperations().forEach(operation -> {
            add(operation, ANYWHERE);
            if (operation.getRequestBody() != null) {
                add(operation, OF_BODIES);
            }
            if (path.contains("{")) {
                add(operation, EnumSet.of(ProblemType.NOT_FOUND));
            }
            if (path.startsWith("/v1/nodes")) {
                add(operation, EnumSet.of(ProblemType.FORBIDDEN));
            }
        });
        if (path.equals(REPEAT)) {
            add(item.getPost(), EnumSet.of(ProblemType.NOT_REPEATABLE));
        }
        if (MAKES_TASKS.contains(path)) {
            add(item.getPost(), OF_TASKS);
            item.getPost().addParametersItem(idempotencyKey());
            requireNonNull(item.getPost().getResponses().get("202")).addHeaderObject("Location", location());
            for (String status : List.of("202", Integer.toString(ProblemType.QUOTA_EXCEEDED.status()))) {
                quotaLeft().forEach(requireNonNull(item.getPost().getResponses().get(status))::addHeaderObject);
            }
        }
    }

    private static void add(Operation operation, Set<ProblemType> types) {
        types.forEach(type -> add(operation, type));
    }

    private static HeaderParameter idempotencyKey() {
        HeaderParameter key = new HeaderParameter();
        key.name("Idempotency-Key")
                .description(
                        "The client's own name for the request. For 24 hours, repeating the request under it gives the same"
                                + " tasks, done at least once and charged once. While the record is away a key cannot be checked.")
                .schema(new StringSchema().minLength(1).maxLength(255).pattern("^[!-~]+$"));
        return key;
    }

    private static Map<String, Header> quotaLeft() {
        Map<String, Header> headers = new LinkedHashMap<>();
        headers.put("RateLimit-Limit", number("What the account may do of this a day; a minute, if that is exceeded"));
        headers.put("RateLimit-Remaining", number("What is left of it; absent while the record is away"));
        headers.put("RateLimit-Reset", number("Seconds until there is all of it again"));
        return headers;
    }

    private static Header number(String description) {
        return new Header().description(description).schema(new IntegerSchema());
    }

    private static Header location() {
        return new Header().description("The task, if there is just one").schema(new StringSchema());
    }

    /** Types that share a status are examples of one response. */
    private static void add(Operation operation, ProblemType type) {
        String status = Integer.toString(type.status());
        ApiResponse response = operation
                .getResponses()
                .computeIfAbsent(
                        status,
                        _ -> new ApiResponse()
                                .description(type.title())
                                .content(new Content().addMediaType(Problem.MEDIA_TYPE.toString(), problem())));
        requireNonNull(response.getContent().get(Problem.MEDIA_TYPE.toString()))
                .addExamples(type.name().toLowerCase(Locale.ROOT), new Example().value(example(type)));
    }

    private static MediaType problem() {
        return new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM));
    }

    private static Map<String, Object> example(ProblemType type) {
        Map<String, Object> example = new LinkedHashMap<>();
        example.put("type", type.uri().toString());
        example.put("title", type.title());
        example.put("status", type.status());
        if (type == ProblemType.INVALID_REQUEST) {
            example.put("detail", "/objects/3 starts with neither http:// nor https://");
            example.put(
                    "errors",
                    List.of(Map.of("pointer", "/objects/3", "detail", "starts with neither http:// nor https://")));
        }
        if (type == ProblemType.QUOTA_EXCEEDED) {
            example.put("detail", "the request asks for 2 and the day has 1 left");
            example.putAll(Map.of("quota", "url", "limit", 2_000, "used", 1_999, "requested", 2, "remaining", 1));
            example.put("resetsAt", "2026-11-23T00:00:00Z");
        }
        return example;
    }
}
