package io.freshet.gateway.blocking;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Mark of a class that may block its thread. Only {@link BlockingWork} and the start of the gateway may run it, never
 * an event loop.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Blocking {}
