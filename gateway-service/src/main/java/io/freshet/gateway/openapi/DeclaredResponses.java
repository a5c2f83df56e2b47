package io.freshet.gateway.openapi;

import io.freshet.gateway.problem.Problem;
import io.freshet.gateway.problem.ProblemType;
import io.swagger.v3.core.util.AnnotationsUtils;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.lang.reflect.AnnotatedElement;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/**
 * Customizer that adds the bodies and problems to the OpenAPI document that handlers declare by {@link JsonBody} and
 * {@link ApiProblems}.
 */
@Component
class DeclaredResponses implements OperationCustomizer {

    private static final Set<ProblemType> OF_EVERY_HANDLER = EnumSet.of(
            ProblemType.INVALID_REQUEST,
            ProblemType.UNAUTHORIZED,
            ProblemType.INSUFFICIENT_SCOPE,
            ProblemType.NOT_ACCEPTABLE,
            ProblemType.TOO_MUCH_IN_PROGRESS,
            ProblemType.INTERNAL,
            ProblemType.UNAVAILABLE);
    private static final Set<ProblemType> OF_BODIES =
            EnumSet.of(ProblemType.REQUEST_TIMEOUT, ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE);

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        JsonBody body = handler.getMethodAnnotation(JsonBody.class);
        if (body != null) {
            operation.setRequestBody(requestBody(body));
        }
        Set<ProblemType> types = EnumSet.copyOf(OF_EVERY_HANDLER);
        if (body != null) {
            types.addAll(OF_BODIES);
        }
        if (hasPathParameter(operation)) {
            types.add(ProblemType.NOT_FOUND);
        }
        Stream.of(handler.getMethod(), handler.getBeanType())
                .flatMap(DeclaredResponses::declared)
                .forEach(types::add);
        types.forEach(type -> add(operation, type));
        return operation;
    }

    private static RequestBody requestBody(JsonBody body) {
        MediaType json = new MediaType()
                .schema(new Schema<>()
                        .$ref("#/components/schemas/" + body.value().getSimpleName()));
        for (ExampleObject example : body.examples()) {
            AnnotationsUtils.getExample(example).ifPresent(value -> json.addExamples(example.name(), value));
        }
        return new RequestBody()
                .required(true)
                .content(new Content().addMediaType(org.springframework.http.MediaType.APPLICATION_JSON_VALUE, json));
    }

    private static boolean hasPathParameter(Operation operation) {
        return operation.getParameters() != null
                && operation.getParameters().stream().anyMatch(parameter -> "path".equals(parameter.getIn()));
    }

    private static Stream<ProblemType> declared(AnnotatedElement element) {
        return MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).stream(ApiProblems.class)
                .flatMap(annotation -> Stream.of(annotation.synthesize().value()));
    }

    /** Adds the type as an example of the response of its status, which several types may share. */
    private static void add(Operation operation, ProblemType type) {
        ApiResponse response = operation
                .getResponses()
                .computeIfAbsent(
                        Integer.toString(type.status()),
                        _ -> new ApiResponse()
                                .description(type.title())
                                .content(new Content()
                                        .addMediaType(
                                                Problem.MEDIA_TYPE.toString(),
                                                new MediaType()
                                                        .schema(new Schema<>().$ref("#/components/schemas/Problem")))));
        MediaType problem = response.getContent().get(Problem.MEDIA_TYPE.toString());
        if (problem != null) {
            problem.addExamples(type.name().toLowerCase(Locale.ROOT), new Example().value(example(type)));
        }
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
            example.put("detail", "The request needs 2 and 1 are left today.");
            example.putAll(Map.of("quota", "url", "limit", 2_000, "used", 1_999, "requested", 2, "remaining", 1));
            example.put("resetsAt", "2026-11-23T00:00:00Z");
        }
        return example;
    }
}
