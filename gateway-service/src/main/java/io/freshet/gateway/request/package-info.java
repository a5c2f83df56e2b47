/** What is asked: read strictly, checked, and brought into canonical form. */
@NullMarked
package io.freshet.gateway.request;

import org.jspecify.annotations.NullMarked;
