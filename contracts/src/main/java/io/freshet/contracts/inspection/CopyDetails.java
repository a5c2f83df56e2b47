package io.freshet.contracts.inspection;

import org.jspecify.annotations.Nullable;

/**
 * Description of a copy in a cache. What the server does not tell is null.
 *
 * @param ageSeconds time since the origin made the response
 * @param ttlSeconds time until the copy is stale; negative if it is
 * @param graceSeconds time for which the stale copy may still be served
 * @param bytes size of the body
 * @param status of the response
 * @param vary request headers of which there may be variants. The copy is one of them
 * @param tags with which it was delivered, separated by blanks
 * @param hits requests that the copy has answered
 */
public record CopyDetails(
        @Nullable Double ageSeconds,
        @Nullable Double ttlSeconds,
        @Nullable Double graceSeconds,
        @Nullable Long bytes,
        @Nullable Integer status,
        @Nullable String etag,
        @Nullable String lastModified,
        @Nullable String vary,
        @Nullable String tags,
        @Nullable Long hits) {}
