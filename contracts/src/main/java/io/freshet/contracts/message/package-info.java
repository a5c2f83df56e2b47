/** Commands and events: records under sealed interfaces, the topics they travel on, and their form as bytes. */
@NullMarked
package io.freshet.contracts.message;

import org.jspecify.annotations.NullMarked;
