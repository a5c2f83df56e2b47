package io.freshet.gateway.openapi;

import io.freshet.gateway.problem.ProblemType;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Declaration of problems of a handler, or of all handlers of a controller, beside those that every handler has. */
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface ApiProblems {

    ProblemType[] value();
}
