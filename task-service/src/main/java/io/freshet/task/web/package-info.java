/** What all calls have in common: their JSON, and their errors as problem details. */
@NullMarked
package io.freshet.task.web;

import org.jspecify.annotations.NullMarked;
