package io.freshet.gateway.openapi;

import io.swagger.v3.oas.annotations.media.ExampleObject;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Declaration of the JSON body of a handler that reads the body itself, as bytes. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface JsonBody {

    /** Type of the body. */
    Class<?> value();

    ExampleObject[] examples() default {};
}
