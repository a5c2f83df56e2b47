package io.freshet.gateway.query;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** OpenAPI declaration of the query parameters that filter tasks. */
@Parameter(in = ParameterIn.QUERY, name = "kind", schema = @Schema(allowableValues = {"refresh", "push"}))
@Parameter(
        in = ParameterIn.QUERY,
        name = "type",
        schema =
                @Schema(
                        allowableValues = {
                            "url",
                            "ignore-query",
                            "directory",
                            "prefix",
                            "regex",
                            "host",
                            "tag",
                            "everything"
                        }))
@Parameter(
        in = ParameterIn.QUERY,
        name = "status",
        schema = @Schema(allowableValues = {"pending", "running", "complete", "cancelled", "failed"}))
@Parameter(
        in = ParameterIn.QUERY,
        name = "domain",
        description = "Name of a domain as configured, such as *.example.com",
        schema = @Schema(type = "string"))
@Parameter(
        in = ParameterIn.QUERY,
        name = "object",
        description = "An object of the task: a URL, directory, prefix, expression with its host, host, domain, or tag"
                + " with its domain, as in www.example.com#news, whose # is percent-encoded",
        schema = @Schema(type = "string"))
@Parameter(
        in = ParameterIn.QUERY,
        name = "from",
        description = "Accepted at or after this time",
        schema = @Schema(type = "string", format = "date-time"))
@Parameter(
        in = ParameterIn.QUERY,
        name = "to",
        description = "Accepted before this time",
        schema = @Schema(type = "string", format = "date-time"))
@Parameter(
        in = ParameterIn.QUERY,
        name = "batchId",
        description = "The batch that the task is a part of",
        schema = @Schema(type = "string"))
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface TaskFilterParameters {}
