package io.freshet.gateway.aliyun.call;

import io.freshet.fleet.Account;
import org.jspecify.annotations.Nullable;

/**
 * What an account has signed that it asks for.
 *
 * @param action the operation; null if none is named
 * @param version of the API; null if none is named
 */
public record AliyunCall(
        Account account, @Nullable String action, @Nullable String version, Parameters parameters) {}
