/** JSON and error responses of all endpoints. */
@NullMarked
package io.freshet.task.web;

import org.jspecify.annotations.NullMarked;
