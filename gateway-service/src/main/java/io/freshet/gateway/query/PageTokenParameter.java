package io.freshet.gateway.query;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Declaration of the query parameter {@code pageToken}. */
@Parameter(
        in = ParameterIn.QUERY,
        name = "pageToken",
        description = "The nextPageToken of the previous page",
        schema = @Schema(type = "string"))
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface PageTokenParameter {}
