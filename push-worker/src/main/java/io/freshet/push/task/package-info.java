/** A push task at work: its objects, nodes, retries and progress. */
@NullMarked
package io.freshet.push.task;

import org.jspecify.annotations.NullMarked;
